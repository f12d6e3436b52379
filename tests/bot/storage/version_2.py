"""A database as version 2 of the tables left it, written by that version and dumped."""

TOKEN = "123456:a-token-of-nobody"  # noqa: S105  nobody's
ANNA, BORIS = 777000111, 888000222
# With the token alone as the key.
PSEUDONYMS_OF_ANNA = [
    "9ab6d10c97f9f81d28a01b8022e16709b3dfdf8bd10a308e9febd9cd00815d04",
    "99b4a72cb3079d75f21de4a326227c7bece3834260d320afac9e720c46854950",  # of her answer
]
PSEUDONYMS_OF_BORIS = [
    "1e6fac5fc0ed2f11f040eba312fd010aaca8b15ae39a6218776931cefa288371",
    "0fa78b40b02825d823a10b53020456328e4709e57ece9ce1cd03a0ac49ea40be",
]
ANSWER_TO_ANNA = -100123, 7  # chat and message

_BLOB = {"sqlite": "zeroblob(784)", "postgresql": "decode(repeat('00', 784), 'hex')"}
_TYPES = {"sqlite": ("BLOB", "DATETIME"), "postgresql": ("BYTEA", "TIMESTAMP WITH TIME ZONE")}


def statements(dialect: str) -> list[str]:
    """What makes that database: Anna has corrected an answer, and Boris has confirmed one."""
    bytes_type, time_type = _TYPES[dialect]
    anna, to_anna = PSEUDONYMS_OF_ANNA
    boris, to_boris = PSEUDONYMS_OF_BORIS
    crop = _BLOB[dialect]
    model, time = "'c0ffee'", "'2026-11-27 20:53:08.927750'"
    rows = [
        f"('{to_anna}', '{anna}', {crop}, 7, 1, {model}, {time})",
        f"('{to_boris}', '{boris}', {crop}, 7, 7, {model}, {time})",
    ]
    return [
        "CREATE TABLE checks (id VARCHAR(16) NOT NULL, PRIMARY KEY (id))",
        f"""CREATE TABLE corrections (
            answer VARCHAR(64) NOT NULL, "user" VARCHAR(64) NOT NULL, crop {bytes_type} NOT NULL,
            reading SMALLINT, correction SMALLINT, model VARCHAR(64) NOT NULL,
            said_at {time_type} NOT NULL, PRIMARY KEY (answer)
        )""",
        """CREATE TABLE languages (
            "user" VARCHAR(64) NOT NULL, language VARCHAR(16) NOT NULL, PRIMARY KEY ("user")
        )""",
        "CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version))",
        f"""CREATE TABLE updates (
            bot BIGINT NOT NULL, update_id BIGINT NOT NULL, begun SMALLINT NOT NULL,
            answered BOOLEAN NOT NULL, owner VARCHAR(16) NOT NULL, alive_at {time_type} NOT NULL,
            PRIMARY KEY (bot, update_id)
        )""",
        'CREATE INDEX ix_corrections_user ON corrections ("user")',
        "CREATE INDEX ix_updates_alive_at ON updates (alive_at)",
        f"INSERT INTO corrections VALUES {', '.join(rows)}",  # noqa: S608  nothing from outside
        f"INSERT INTO languages VALUES ('{anna}', 'ru')",  # noqa: S608  as above
        "INSERT INTO schema_version VALUES (2)",
        f"INSERT INTO updates VALUES (123456, 7, 1, false, 'de4fa391', {time})",  # noqa: S608
    ]
