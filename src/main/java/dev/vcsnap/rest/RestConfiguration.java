package dev.vcsnap.rest;

import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.tag.KeptTags;
import dev.vcsnap.tag.TagService;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the Automation interface and the tags behind it. */
@Configuration(proxyBeanMethods = false)
@Import({
  ApiSessionController.class,
  CisSessionController.class,
  AutomationController.class,
  AutomationAdvice.class,
  RestDocumentController.class
})
class RestConfiguration {

  @Bean
  RestSessions restSessions(SessionService sessions) {
    return new RestSessions(sessions);
  }

  @Bean
  RestJson restJson() {
    return new RestJson();
  }

  @Bean
  TagService tagService(Ids ids, KeptTags kept) {
    return new TagService(ids, kept);
  }

  @Bean
  RouteTable routeTable(TagService tags) {
    return table(tags);
  }

  @Bean
  RestDocument restDocument(RouteTable table) {
    return new RestDocument(table);
  }

  static RouteTable table(TagService tags) {
    List<Route> routes =
        Stream.of(
                new VmRoutes().routes(),
                new DatacenterRoutes().routes(),
                new FolderRoutes().routes(),
                new ClusterRoutes().routes(),
                new HostRoutes().routes(),
                new ResourcePoolRoutes().routes(),
                new DatastoreRoutes().routes(),
                new NetworkRoutes().routes(),
                new ApplianceRoutes().routes(),
                new CategoryRoutes(tags).routes(),
                new TagRoutes(tags).routes(),
                new TagAssociationRoutes(tags).routes())
            .flatMap(List::stream)
            .toList();
    return new RouteTable(routes);
  }
}
