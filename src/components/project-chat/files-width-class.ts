import { FILES_WIDTH } from "./workspace-panes";

/*
 * Classes, because our Content-Security-Policy blocks style attributes in the server's HTML, and written out,
 * because Tailwind finds them by reading this file.
 */
const CLASSES = [
  "lg:w-[20%]",
  "lg:w-[21%]",
  "lg:w-[22%]",
  "lg:w-[23%]",
  "lg:w-[24%]",
  "lg:w-[25%]",
  "lg:w-[26%]",
  "lg:w-[27%]",
  "lg:w-[28%]",
  "lg:w-[29%]",
  "lg:w-[30%]",
  "lg:w-[31%]",
  "lg:w-[32%]",
  "lg:w-[33%]",
  "lg:w-[34%]",
  "lg:w-[35%]",
  "lg:w-[36%]",
  "lg:w-[37%]",
  "lg:w-[38%]",
  "lg:w-[39%]",
  "lg:w-[40%]",
  "lg:w-[41%]",
  "lg:w-[42%]",
  "lg:w-[43%]",
  "lg:w-[44%]",
  "lg:w-[45%]",
  "lg:w-[46%]",
  "lg:w-[47%]",
  "lg:w-[48%]",
  "lg:w-[49%]",
  "lg:w-[50%]",
  "lg:w-[51%]",
  "lg:w-[52%]",
  "lg:w-[53%]",
  "lg:w-[54%]",
  "lg:w-[55%]",
  "lg:w-[56%]",
  "lg:w-[57%]",
  "lg:w-[58%]",
  "lg:w-[59%]",
  "lg:w-[60%]",
  "lg:w-[61%]",
  "lg:w-[62%]",
  "lg:w-[63%]",
  "lg:w-[64%]",
  "lg:w-[65%]",
  "lg:w-[66%]",
  "lg:w-[67%]",
  "lg:w-[68%]",
  "lg:w-[69%]",
  "lg:w-[70%]",
];

/** The class of a width that `nearestWidth` allows. */
export function filesWidthClass(percent: number): string {
  return CLASSES[percent - FILES_WIDTH.least] ?? "lg:w-[40%]";
}
