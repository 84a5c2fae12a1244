import type { ProvidersResponse } from "@/contracts/provider";
import { providerFacts } from "@/domain/providers/provider-facts";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(async (): Promise<ProvidersResponse> => ({ providers: providerFacts() }));

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
