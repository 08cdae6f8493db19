import * as pulumi from "@pulumi/pulumi";
import { addressAt, contains, parseAddress, parseCidr } from "../cidr";
import { type ArgumentReader, isPlain } from "./findings";
import { address } from "./rules";

/** The address of the cluster's DNS service. `serviceCidr` is the range as given, `checked` the same behind its check. */
export function readDns(
  reader: ArgumentReader,
  given: pulumi.Input<string> | undefined,
  serviceCidr: pulumi.Input<string>,
  checked: pulumi.Input<string>,
): pulumi.Input<string> {
  if (given === undefined) {
    const tenth = (range: string) => {
      const services = parseCidr(range);
      return services === undefined
        ? ""
        : addressAt(services, Math.min(10, services.last - services.first - 1));
    };
    return isPlain(checked) ? tenth(checked as string) : pulumi.output(checked).apply(tenth);
  }
  const checkedDns = reader.together<string>(
    ["network.dnsServiceIp"],
    [given, serviceCidr],
    ([dns, services]) => {
      const refusal = address("it is the address of the DNS service")(dns);
      const range = parseCidr(services);
      if (refusal !== undefined || range === undefined) return refusal;
      const place = parseAddress(dns)!;
      const write = `an address in ${services} behind its first, such as ${addressAt(range, 10)}`;
      if (!contains(range, place)) {
        return {
          wrong: `${dns} is outside the services' range, ${services}`,
          why: "DNS is a service",
          write,
        };
      }
      if (place - range.first <= 1 || place === range.last) {
        return {
          wrong: `${dns} is reserved in ${services}`,
          why: "the first addresses are the range's own and the API server's, the last is its broadcast address",
          write,
        };
      }
      return undefined;
    },
  );
  return checkedDns ?? "";
}
