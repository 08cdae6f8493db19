// How the program itself treats secrets and clusters.
import { Policies } from "@pulumi/policy";
import { kubeconfigSecret } from "./kubeconfigSecret";
import { noSecretInConfigMap } from "./noSecretInConfigMap";
import { providerPinned } from "./providerPinned";

export const hygiene: Policies = [kubeconfigSecret, noSecretInConfigMap, providerPinned];
