package dev.vcsnap.rest;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Hands out the OpenAPI document of the Automation interface, which Swagger UI shows too. */
@RestController
final class RestDocumentController {

  private final RestDocument document;

  RestDocumentController(RestDocument document) {
    this.document = document;
  }

  @GetMapping("/openapi-rest.json")
  ResponseEntity<byte[]> openApi() {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(document.bytes());
  }
}
