import { keyRotationBattery } from "./key-rotation-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
keyRotationBattery();
