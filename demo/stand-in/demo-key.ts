import type { KeyBehaviour } from "./key-behaviours";

export interface DemoKey {
  /** As the product calls it. */
  provider: string;
  key: string;
  label: string;
  /** One sentence for the person trying the demo. */
  whatHappens: string;
  behaviour: KeyBehaviour;
}
