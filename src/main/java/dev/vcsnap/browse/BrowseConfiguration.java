package dev.vcsnap.browse;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires access to datastore files. */
@Configuration(proxyBeanMethods = false)
@Import({FolderController.class, BrowseAdvice.class})
class BrowseConfiguration {}
