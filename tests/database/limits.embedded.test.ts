import { limitsBattery } from "./limits-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
limitsBattery();
