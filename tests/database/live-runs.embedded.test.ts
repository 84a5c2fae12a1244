import { liveRunsBattery } from "./live-runs-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
liveRunsBattery();
