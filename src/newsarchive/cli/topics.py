"""`newsarchive topics`: list topics, explain them, retrain the model, and bring the index up to date."""

import time
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

import click

from newsarchive.archive import Archive, Stored
from newsarchive.article import Article, Copy
from newsarchive.cli.common import (
    NOT_FOUND,
    ProgressLine,
    archive_option,
    counted,
    describe,
    explained_assignment,
    joined,
    say_damage,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    warn_of_tables,
    with_config,
)
from newsarchive.cli.translating import _
from newsarchive.config import Config
from newsarchive.durable import replace_file
from newsarchive.errors import ArticleNotFound, NewsArchiveError
from newsarchive.library import open_library
from newsarchive.limits import bounded
from newsarchive.search import SearchRequest
from newsarchive.tables import FOLDER, TOPIC_MODEL, Tables, load_tables
from newsarchive.topics import TopicKind, media_topics, topic_id, topic_label
from newsarchive.wording import worded

UNDELETED = 1


@click.group()
def topics() -> None:
    """List the topics, explain them, train the topic model, and apply it to the index."""


@topics.command("list")
@archive_option
@wait_option
@with_config
def list_topics(config: Config, archive: Path, wait: float) -> None:
    """List the topics with their ids, labels and numbers of articles: given, and assigned."""
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
        warn_of_tables(library)
        facets = library.search(SearchRequest(limit=1)).facets
    click.echo(f"{_('given'):>10}  {_('assigned'):>10}  {_('topic')}")
    for name in dict.fromkeys((*media_topics(), *facets.topic)):
        assigned = facets.assigned.get(name, 0)
        labels = dict.fromkeys((topic_id(name), topic_label(name, "en"), topic_label(name, "ar")))
        facts = " · ".join(label for label in labels if label and label != name)
        click.echo(f"{facets.topic.get(name, 0) - assigned:>10,}  {assigned:>10,}  {name}{' · ' * bool(facts)}{facts}")


@topics.command()
@click.argument("article", metavar="ID|FILE")
@archive_option
@with_config
def explain(config: Config, article: str, archive: Path) -> int:
    """Say why an article has its topics: by its id, or a file of plain text that is read as an article."""
    tables = load_tables(archive, config.tables)
    if Path(article).is_file():
        return _explain(_read(Path(article)), tables)
    with closing(Archive(archive)) as opened:
        warn_of_loss(opened)
        try:
            found = opened.get(article)
        except ArticleNotFound as error:
            click.echo(describe(error), err=True)
            return NOT_FOUND
    return _explain(found, tables)


def _read(path: Path) -> Article:
    """The text of a file as an article: the first line is its title if there are others."""
    text = path.read_text(encoding="utf-8-sig", errors="replace").strip()
    title, _break, body = text.partition("\n")
    if not text:
        raise NewsArchiveError(worded("{path}: there is no text", path=path))
    return Article(id=path.name[:100], title=title if body.strip() else "", body=body.strip() or title)


def _explain(article: Article, tables: Tables) -> int:
    for category in article.topic_names:
        meaning = tables.topics.meaning_of(category)
        meant = [
            *(_("the topic {topic}").format(topic=_named(topic)) for topic in meaning.topics),
            *(_("the section {section}").format(section=_named(section)) for section in meaning.sections),
        ]
        click.echo(_("given: {category} means {meant}").format(category=category, meant=joined(meant)))
    topics_of = tables.topics_of(article)
    if topics_of.given:
        click.echo(_("The article has a given topic, so none is assigned."))
        return 0
    for assignment in topics_of.assigned:
        click.echo(
            _("assigned: {topic}: {assignment}").format(
                topic=assignment.topic, assignment=explained_assignment(assignment)
            )
        )
    if not topics_of.assigned:
        click.echo(_("The model is not sure enough of any topic."))
    return 0


def _named(name: str) -> str:
    label = topic_label(name, "en")
    return name if label == name else f"{name} ({label})"


@topics.command()
@archive_option
@wait_option
@with_config
def reassign(config: Config, archive: Path, wait: float) -> int:
    """Bring the topics in the index up to today's table and model.

    If either changed since the index was built, the index is rebuilt from the archive; searches use
    the old one until the new one is complete. Otherwise nothing is done.
    """
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        report = library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
        changed = library.changed_tables
        if not changed:
            say_damage(report)
            click.echo(_("the index has the topics of today's table and model"))
            return 0
        click.echo(
            _("{changed} changed: the index is rebuilt from the archive").format(changed=joined(changed)),
            err=True,
        )
        progress = ProgressLine()
        started = time.monotonic()
        report = library.rebuild_index(
            lambda read: progress.show(_("indexing: {read:,} articles read").format(read=read)), wait=wait
        )
        progress.clear()
        assigned = library.search(SearchRequest(limit=1, topic_kind=TopicKind.ASSIGNED)).total
        articles = library.status().articles
    say_damage(report)
    click.echo(
        _("{articles} indexed in {started:.1f} s, {assigned:,} of them with assigned topics").format(
            articles=counted(articles, "article"), started=time.monotonic() - started, assigned=assigned
        )
    )
    for left in report.undeleted:
        click.echo(_("an old index could not be deleted: {left}").format(left=left), err=True)
    return UNDELETED if report.undeleted else 0


@topics.command()
@archive_option
@with_config
def retrain(config: Config, archive: Path) -> int:
    """Train a topic model from the archive's articles with given topics, and the seed words.

    The model is written to topic_model.tsv in the folder of tables, and replaces the built-in one.
    Deleting the file brings the built-in one back. Run `topics reassign` afterwards.
    """
    from newsarchive.topics.seeds import load_seed_words  # noqa: PLC0415 - slow to load
    from newsarchive.topics.training import Policy, train  # noqa: PLC0415

    tables = load_tables(archive, config.tables)
    target = (config.tables or archive / FOLDER) / TOPIC_MODEL
    with closing(Archive(archive)) as opened:
        warn_of_loss(opened)
        try:
            model = train(_labelled(opened, tables), load_seed_words(), Policy({}, {}), _HEAD)
        except ValueError as error:
            raise NewsArchiveError(
                worded("{archive}: a topic model can't be trained: {error}", archive=archive, error=error)
            ) from error
    target.parent.mkdir(exist_ok=True)
    replace_file(target, model.text().encode())
    click.echo(_("{target} is written; 'newsarchive topics reassign' applies it to the index").format(target=target))
    return 0


_HEAD = """The topic model of one archive, trained from its articles by 'newsarchive topics retrain'.
Delete this file to use the built-in model. docs/topics.md says how it is read."""


def _labelled(archive: Archive, tables: Tables) -> Iterator[tuple[Article, Collection[str]]]:
    """The last revision of each article that isn't withdrawn, with its given topics that IPTC has."""
    last = {stored.record.id: stored.record.revision for stored in _records(archive)}
    for stored in _records(archive):
        article = stored.record
        if isinstance(article, Article) and article.revision == last[article.id]:
            fitting = bounded(article)
            given = tables.topics.meaning(fitting.topic_names).topics
            yield fitting, [topic for topic in given if topic in media_topics()]


def _records(archive: Archive) -> Iterator[Stored]:
    """The articles and withdrawals of an archive, without damaged lines."""
    records = archive.read(on_damage=lambda damage: click.echo(_("left out: {damage}").format(damage=damage), err=True))
    return (stored for stored in records if not isinstance(stored.record, Copy))
