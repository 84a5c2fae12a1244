import { accountsBattery } from "./accounts-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
accountsBattery();
