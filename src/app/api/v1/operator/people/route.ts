import { type PeopleResponse, peopleQuerySchema } from "@/contracts/people";
import { listPeople } from "@/domain/people/list-people";
import { parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute(
  ({ url }): Promise<PeopleResponse> =>
    listPeople(
      parseInput(peopleQuerySchema, {
        search: url.searchParams.get("search") ?? undefined,
        cursor: url.searchParams.get("cursor") ?? undefined,
      }),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
