import { keyRotationBattery } from "./key-rotation-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
keyRotationBattery();
