-- For reading the audit trail by page, however long it is. Each message opens a key, so that nearly all records are
-- `value.opened`: what else happened has indexes of its own, which cost those records nothing.
CREATE INDEX "audit_events_at_idx" ON "audit_events" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "audit_events_action_at_idx" ON "audit_events" USING btree ("action","at") WHERE "audit_events"."action" <> 'value.opened';
--> statement-breakpoint
CREATE INDEX "audit_events_actor_action_at_idx" ON "audit_events" USING btree ("actor_id","action","at") WHERE "audit_events"."action" <> 'value.opened';
--> statement-breakpoint
-- The beginning of the object's id: with the actor's, a whole one of 512 characters may not fit into an index.
CREATE INDEX "audit_events_object_idx" ON "audit_events" USING btree (left("object_id", 64),"actor_id","action","at");
--> statement-breakpoint
-- A rotation leaves one record for many values.
CREATE INDEX "audit_events_rows_idx" ON "audit_events" USING gin (("detail" -> 'rows')) WHERE "audit_events"."detail" ? 'rows';
--> statement-breakpoint
-- What an operator did for one person to something that is not theirs, such as a limit.
CREATE INDEX "audit_events_person_idx" ON "audit_events" USING btree (left(coalesce("detail" ->> 'personId', "detail" ->> 'scopeId'), 64),"at") WHERE "audit_events"."detail" ?| array['personId', 'scopeId'];
