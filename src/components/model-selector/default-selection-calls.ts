import { mutate } from "swr";
import type { ModelSelection } from "@/contracts/model-selection";
import { callApi } from "@/lib/http/api-client";
import { FIRST_SELECTION_PATH } from "./use-model-selection";

/** New tabs start with this selection, on every device. @throws ApiError */
export async function rememberAsDefault(selection: ModelSelection): Promise<void> {
  await callApi(FIRST_SELECTION_PATH, { method: "PUT", body: selection });
  await mutate(FIRST_SELECTION_PATH);
}

/** New tabs start with the first selection that can pay. @throws ApiError */
export async function forgetDefault(): Promise<void> {
  await callApi(FIRST_SELECTION_PATH, { method: "DELETE" });
  await mutate(FIRST_SELECTION_PATH);
}
