package dev.vcsnap.server;

import org.springframework.context.SmartLifecycle;

/**
 * Something to do once when the server stops, at a given place in the order: higher phases stop
 * first.
 */
final class StopAction implements SmartLifecycle {

  private final int phase;
  private final Runnable action;
  private volatile boolean running;

  StopAction(int phase, Runnable action) {
    this.phase = phase;
    this.action = action;
  }

  @Override
  public int getPhase() {
    return phase;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    action.run();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
