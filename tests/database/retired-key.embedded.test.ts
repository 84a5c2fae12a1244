import { retiredKeyBattery } from "./retired-key-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
retiredKeyBattery();
