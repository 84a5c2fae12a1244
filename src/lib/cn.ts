import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

/**
 * Joins class names; of two Tailwind classes that set the same property the later one wins, so a caller can
 * override what a component sets.
 */
export function cn(...classes: ClassValue[]): string {
  return twMerge(clsx(classes));
}
