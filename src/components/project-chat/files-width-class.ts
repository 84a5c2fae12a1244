import { FILES_WIDTH } from "./workspace-panes";

/*
 * Classes, because our Content-Security-Policy blocks style attributes in the server's HTML, and written out,
 * because Tailwind finds them by reading this file.
 */
const CLASSES = [
  "[--files-width:20%]",
  "[--files-width:21%]",
  "[--files-width:22%]",
  "[--files-width:23%]",
  "[--files-width:24%]",
  "[--files-width:25%]",
  "[--files-width:26%]",
  "[--files-width:27%]",
  "[--files-width:28%]",
  "[--files-width:29%]",
  "[--files-width:30%]",
  "[--files-width:31%]",
  "[--files-width:32%]",
  "[--files-width:33%]",
  "[--files-width:34%]",
  "[--files-width:35%]",
  "[--files-width:36%]",
  "[--files-width:37%]",
  "[--files-width:38%]",
  "[--files-width:39%]",
  "[--files-width:40%]",
  "[--files-width:41%]",
  "[--files-width:42%]",
  "[--files-width:43%]",
  "[--files-width:44%]",
  "[--files-width:45%]",
  "[--files-width:46%]",
  "[--files-width:47%]",
  "[--files-width:48%]",
  "[--files-width:49%]",
  "[--files-width:50%]",
  "[--files-width:51%]",
  "[--files-width:52%]",
  "[--files-width:53%]",
  "[--files-width:54%]",
  "[--files-width:55%]",
  "[--files-width:56%]",
  "[--files-width:57%]",
  "[--files-width:58%]",
  "[--files-width:59%]",
  "[--files-width:60%]",
  "[--files-width:61%]",
  "[--files-width:62%]",
  "[--files-width:63%]",
  "[--files-width:64%]",
  "[--files-width:65%]",
  "[--files-width:66%]",
  "[--files-width:67%]",
  "[--files-width:68%]",
  "[--files-width:69%]",
  "[--files-width:70%]",
];

/** The class that sets `--files-width`, for a width that `nearestWidth` allows. */
export function filesWidthClass(percent: number): string {
  return CLASSES[percent - FILES_WIDTH.least] ?? "[--files-width:40%]";
}
