import type { KeyBehaviour } from "./key-behaviours";

export interface DemoKey {
  /** The product's id of it. */
  provider: string;
  key: string;
  label: string;
  /** One sentence for the person trying the demo. */
  whatHappens: string;
  behaviour: KeyBehaviour;
}
