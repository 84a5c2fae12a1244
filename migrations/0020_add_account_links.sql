-- A suspended person keeps everything and may use nothing.
ALTER TABLE "user" ADD COLUMN "suspended_at" timestamp with time zone;
--> statement-breakpoint
-- A sign-in that was checked before a suspension must not begin a session after it. A suspension holds the row of the
-- person, so that this waits for it, and then reads what it wrote.
CREATE FUNCTION "refuse_session_of_suspended"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  since timestamp with time zone;
BEGIN
  SELECT suspended_at INTO since FROM "user" WHERE id = NEW.user_id FOR KEY SHARE;
  IF since IS NOT NULL THEN
    RAISE EXCEPTION 'the account of this session is suspended' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "session_refuse_suspended" BEFORE INSERT ON "session" FOR EACH ROW EXECUTE FUNCTION refuse_session_of_suspended();
--> statement-breakpoint
-- Invitations and password resets that an operator passes on. Whoever reads this table cannot use them: it holds hashes.
-- Whoever writes it cannot make any: a MAC covers what a link grants.
CREATE TABLE "account_links" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "kind" text NOT NULL,
  "token_hash" text NOT NULL,
  "user_id" text,
  "email" text,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "expires_at" timestamp with time zone NOT NULL,
  "used_at" timestamp with time zone,
  "used_by" text,
  "revoked_at" timestamp with time zone,
  "mac" text NOT NULL,
  CONSTRAINT "account_links_token_hash_unique" UNIQUE("token_hash"),
  CONSTRAINT "account_links_kind" CHECK ((kind = 'invitation' and user_id is null) or (kind = 'password_reset' and user_id is not null and email is null))
);
--> statement-breakpoint
-- What names a person goes with their account; the audit trail says who made a link and who used it.
ALTER TABLE "account_links" ADD CONSTRAINT "account_links_used_by_user_id_fk" FOREIGN KEY ("used_by") REFERENCES "user"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "account_links" ADD CONSTRAINT "account_links_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade;
--> statement-breakpoint
CREATE INDEX "account_links_user_id_idx" ON "account_links" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "account_links_used_by_idx" ON "account_links" USING btree ("used_by");
--> statement-breakpoint
CREATE INDEX "account_links_kind_created_at_idx" ON "account_links" USING btree ("kind","created_at");
--> statement-breakpoint
-- The list of people begins with the newest.
CREATE INDEX "user_created_at_idx" ON "user" USING btree ("created_at","id");
