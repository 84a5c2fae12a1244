import { operatorsBattery } from "./operators-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
operatorsBattery();
