package dev.vcsnap.server;

import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Product;
import dev.vcsnap.vim.Release;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Hides the paths that the product does not have: a host has no Automation interface, and VI/JSON
 * came with 8.0.1.0.
 */
final class AbsentPaths implements Filter {

  private static final Release FIRST_WITH_JSON = Release.parse("8.0.1.0");

  private final List<String> prefixes = new ArrayList<>();

  AbsentPaths(Personality personality) {
    if (personality.product() == Product.ESXI) {
      prefixes.addAll(List.of("/api/", "/rest/", "/openapi-rest.json"));
    }
    if (!personality.release().includes(FIRST_WITH_JSON)) {
      prefixes.addAll(List.of("/sdk/vim25/", "/api/vcenter/system", "/openapi.json"));
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String path = ((HttpServletRequest) request).getRequestURI();
    if (prefixes.stream().anyMatch(path::startsWith)) {
      ((HttpServletResponse) response).sendError(HttpServletResponse.SC_NOT_FOUND);
    } else {
      chain.doFilter(request, response);
    }
  }
}
