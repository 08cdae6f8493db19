// A plugin must not outlive the CLI that started it: after `kill -9` of the CLI nobody tells its plugins to end.
import net from "node:net";

/**
 * Ends this process when nobody answers at the engine's address any more, the last argument of every plugin.
 * @param end what ends with it, too
 */
export function endWithEngine(address: string, end: () => void = () => undefined): void {
  const [host, port] = address.split(":");
  const look = () => {
    const engine = net.connect(Number(port), host, () => engine.destroy());
    engine.on("error", () => {
      end();
      process.exit();
    });
  };
  look();
  setInterval(look, 250);
}
