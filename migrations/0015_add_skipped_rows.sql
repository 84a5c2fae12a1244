-- Rows a rotation left as they were, because a key-encryption key they need was not at hand.
ALTER TABLE "key_rotations" ADD COLUMN "skipped" bigint DEFAULT 0 NOT NULL;
