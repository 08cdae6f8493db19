import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster } from "../../../components";

new CalicoEbpfCluster("dev", { systemPool: { count: pulumi.output(0) } });
