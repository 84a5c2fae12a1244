import { accountLinksBattery } from "./account-links-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
accountLinksBattery();
