-- How much each conversation and project holds, counted by the database as rows come and go: checking a quota must not
-- read what is counted, and no statement can change rows past the count. What a message takes is measured as text,
-- which is what reading it costs; on disk it may be compressed to a hundredth.
ALTER TABLE "messages" ADD COLUMN "size" integer GENERATED ALWAYS AS
  (octet_length(parts::text) + coalesce(octet_length(metadata::text), 0)) STORED NOT NULL;
--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "message_count" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "message_bytes" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "file_bytes" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "message_bytes" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
UPDATE "threads" t SET "message_count" = held.messages, "message_bytes" = held.bytes
  FROM (SELECT thread_id, count(*) AS messages, sum(size) AS bytes FROM "messages" GROUP BY thread_id) held
  WHERE held.thread_id = t.id;
--> statement-breakpoint
UPDATE "projects" p SET "message_bytes" = held.bytes
  FROM (SELECT project_id, sum(message_bytes) AS bytes FROM "threads" GROUP BY project_id) held WHERE held.project_id = p.id;
--> statement-breakpoint
UPDATE "projects" p SET "file_bytes" = held.bytes
  FROM (SELECT project_id, sum(size) AS bytes FROM "project_files" GROUP BY project_id) held WHERE held.project_id = p.id;
--> statement-breakpoint
-- A transition table exists only for its kind of statement, hence a function for each.
CREATE FUNCTION "count_messages_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH changes AS (SELECT thread_id, count(*) AS messages, sum(size) AS bytes FROM added GROUP BY thread_id),
    counted AS (
      UPDATE threads t SET message_count = t.message_count + c.messages, message_bytes = t.message_bytes + c.bytes
      FROM changes c WHERE c.thread_id = t.id RETURNING t.project_id, c.bytes
    )
  UPDATE projects p SET message_bytes = p.message_bytes + c.bytes
    FROM (SELECT project_id, sum(bytes) AS bytes FROM counted GROUP BY project_id) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "count_messages_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH changes AS (SELECT thread_id, count(*) AS messages, sum(size) AS bytes FROM removed GROUP BY thread_id),
    counted AS (
      UPDATE threads t SET message_count = t.message_count - c.messages, message_bytes = t.message_bytes - c.bytes
      FROM changes c WHERE c.thread_id = t.id RETURNING t.project_id, c.bytes
    )
  UPDATE projects p SET message_bytes = p.message_bytes - c.bytes
    FROM (SELECT project_id, sum(bytes) AS bytes FROM counted GROUP BY project_id) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "count_messages_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH changes AS (
      SELECT thread_id, sum(bytes) AS bytes FROM (
        SELECT thread_id, size AS bytes FROM added UNION ALL SELECT thread_id, -size FROM removed
      ) each GROUP BY thread_id HAVING sum(bytes) <> 0
    ),
    counted AS (
      UPDATE threads t SET message_bytes = t.message_bytes + c.bytes
      FROM changes c WHERE c.thread_id = t.id RETURNING t.project_id, c.bytes
    )
  UPDATE projects p SET message_bytes = p.message_bytes + c.bytes
    FROM (SELECT project_id, sum(bytes) AS bytes FROM counted GROUP BY project_id) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "messages_count_added" AFTER INSERT ON "messages"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_messages_added();
--> statement-breakpoint
CREATE TRIGGER "messages_count_removed" AFTER DELETE ON "messages"
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_messages_removed();
--> statement-breakpoint
CREATE TRIGGER "messages_count_changed" AFTER UPDATE ON "messages"
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_messages_changed();
--> statement-breakpoint
-- The messages of a deleted thread go after it, when nothing says any more which project they belonged to.
CREATE FUNCTION "count_threads_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE projects p SET message_bytes = p.message_bytes - c.bytes
    FROM (SELECT project_id, sum(message_bytes) AS bytes FROM removed GROUP BY project_id) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "threads_count_removed" AFTER DELETE ON "threads"
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_threads_removed();
--> statement-breakpoint
CREATE FUNCTION "count_files_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE projects p SET file_bytes = p.file_bytes + c.bytes
    FROM (SELECT project_id, sum(size) AS bytes FROM added GROUP BY project_id) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "count_files_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE projects p SET file_bytes = p.file_bytes - c.bytes
    FROM (SELECT project_id, sum(size) AS bytes FROM removed GROUP BY project_id) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "count_files_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE projects p SET file_bytes = p.file_bytes + c.bytes
    FROM (
      SELECT project_id, sum(bytes) AS bytes FROM (
        SELECT project_id, size AS bytes FROM added UNION ALL SELECT project_id, -size FROM removed
      ) each GROUP BY project_id HAVING sum(bytes) <> 0
    ) c WHERE c.project_id = p.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "project_files_count_added" AFTER INSERT ON "project_files"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_files_added();
--> statement-breakpoint
CREATE TRIGGER "project_files_count_removed" AFTER DELETE ON "project_files"
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_files_removed();
--> statement-breakpoint
CREATE TRIGGER "project_files_count_changed" AFTER UPDATE ON "project_files"
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_files_changed();
--> statement-breakpoint
-- Runs in progress of each person, numbered from 1, on whatever server: one of a server that died ends at `expires_at`.
CREATE TABLE "run_slots" (
  "user_id" text NOT NULL,
  "slot" integer NOT NULL,
  "run_id" uuid NOT NULL,
  "expires_at" timestamp with time zone NOT NULL,
  CONSTRAINT "run_slots_user_id_slot_pk" PRIMARY KEY("user_id","slot")
);
--> statement-breakpoint
ALTER TABLE "run_slots" ADD CONSTRAINT "run_slots_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "run_slots_run_id_idx" ON "run_slots" USING btree ("run_id");
--> statement-breakpoint
-- Browsers make the ids of threads. One that is taken in another project is none of this project's business: its thread
-- gets another id here, and is known by the one its project gave it.
ALTER TABLE "threads" ADD COLUMN "public_id" uuid;
--> statement-breakpoint
CREATE UNIQUE INDEX "threads_project_id_public_id_idx" ON "threads" USING btree ("project_id",coalesce("public_id", "id"));
