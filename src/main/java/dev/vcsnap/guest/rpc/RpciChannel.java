package dev.vcsnap.guest.rpc;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/**
 * A connection on which Tools ask and the host answers (port 976).
 *
 * @param requests answers
 * @param pace slows down who asks too often
 */
record RpciChannel(SocketChannel channel, RpciRequests requests, Pace pace) {

  /** Answers until the guest has had enough. */
  void serve() throws IOException, InterruptedException {
    var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    for (boolean more = true; more; ) {
      Packet request = Packet.read(in);
      if (!request.ping()) {
        pace.take();
        ByteBuffer answer = Packet.data(requests.answer(request.payload()).bytes()).encoded();
        while (answer.hasRemaining()) {
          channel.write(answer);
        }
      }
      more = !request.last();
    }
  }
}
