import { ResourceValidationPolicy } from "@pulumi/policy";
import { addOn, aksCluster, AnyResource, Settings } from "../../aksCluster";

function switchedOn(resource: AnyResource): Settings | undefined {
  const cluster = aksCluster(resource);
  const routing = cluster && addOn(cluster, "httpApplicationRouting");
  return routing && routing.get("enabled") === true ? routing : undefined;
}

/**
 * The add-on HTTP application routing is off: it is for trying things out, and AKS has retired it.
 *
 * @severity high
 * @frameworks PSRule Azure.AKS.HttpAppRouting
 * @topics network, kubernetes
 * @link https://learn.microsoft.com/azure/aks/http-application-routing
 */
export const noHttpAppRouting: ResourceValidationPolicy = {
  name: "aks-no-http-app-routing",
  displayName: "AKS: no HTTP application routing",
  description: "An AKS cluster must not have the add-on HTTP application routing.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aks", "baseline", "operations", "Azure.AKS.HttpAppRouting"],
  remediationSteps: "Take `httpApplicationRouting` out of `addonProfiles`, or write `enabled: false` in it.",
  url: "https://learn.microsoft.com/azure/aks/http-application-routing",
  remediateResource: (args) => {
    const routing = switchedOn(args);
    return routing && routing.set(false, "enabled") ? args.props : undefined;
  },
  validateResource: (args, reportViolation) => {
    const routing = switchedOn(args);
    if (!routing) return;
    reportViolation(
      "The add-on HTTP application routing is on: an ingress controller and a public DNS zone that are retired and " +
        `were never meant for production. Write \`${routing.path("enabled")}: false\`, or take the add-on out; its successor is the ` +
        "application routing add-on (`ingressProfile.webAppRouting`).",
    );
  },
};
