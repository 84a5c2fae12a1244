import { operatorsBattery } from "./operators-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
operatorsBattery();
