import { severalKeysBattery } from "./several-keys-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
severalKeysBattery();
