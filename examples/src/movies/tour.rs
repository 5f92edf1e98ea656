//! The tour: the tables and the index as they are stored, then every access pattern.

use entity_core::wire::Number;
use entity_core::{Index, Item, Response, Table};
use examples::draw::View;
use examples::output::units;
use examples::{Output, Result, Session};

use crate::commands::{
    BUNDLED_VOTES, genre_view, load_bundled, movies_view, show_film, votes_view,
};
use crate::genre::Genre;
use crate::load::Loaded;
use crate::model::{ByVotes, GenreEntry, Movie, MovieItem, Movies};
use crate::retitle::{no_movie, retitle};
use crate::tables::Tables;

/// How many films are read to be counted and drawn: the table may be a large one, which was there
/// before.
const READ: usize = 1_000;

/// How many items are drawn, and how many of a genre.
const DRAWN: (usize, usize) = (8, 3);

pub(crate) async fn run(session: &mut Session) -> Result<()> {
    let tables = Tables::of(session);
    let loaded = load_bundled(&mut session.out, &tables).await?;
    let names = tables.names();
    session.out.text(&match &loaded {
        Some((Loaded { films, entries }, bundled)) => {
            let place = if session.flags.is_in_memory() { " in memory" } else { "" };
            format!(
                "Created {names}{place} and loaded {films} films with {entries} entries:\n\
                 those of the {bundled} bundled ones that have {BUNDLED_VOTES} votes or more."
            )
        }
        None => format!("{names} exist: the tour reads what is there, and writes nothing."),
    })?;
    let out = &mut session.out;
    let sample = draw(out, &tables).await?;
    patterns(out, &tables, &sample).await?;
    if loaded.is_some() {
        write(out, &tables, &sample).await?;
    }
    if session.flags.is_in_memory() {
        let keep = "movies --data movies.db load examples/data/movies.jsonl";
        out.text(&format!("\nTo keep tables of your own, with all films:\n  $ {keep}"))?;
    }
    Ok(())
}

/// Draws the tables and the index, and finds something to ask for.
async fn draw(out: &mut Output, tables: &Tables) -> Result<Sample> {
    let Tables { movies, genres } = tables;
    let stored = out.spend(movies.scan().limit(READ).all().response().await?);
    let films: Vec<Movie> = stored.into_iter().map(|MovieItem::Movie(film)| film).collect();
    let (drawn, of_genre) = DRAWN;
    out.text(&format!("\nTHE TABLE {}: one partition a film\n", movies.name()))?;
    out.show(&movies_view(), films.get(..drawn).unwrap_or(&films))?;
    let more = if films.len() == READ { " or more" } else { "" };
    let (all, drawn_here) = (films.len(), films.len().min(drawn));
    out.text(&format!("({drawn_here} of {all}{more} films, and a part of their attributes)"))?;

    let sample = Sample::of(&films);
    if let Some(film) = films.iter().find(|film| film.id == sample.id) {
        out.text("\nONE OF ITS FILMS, with all that is stored\n")?;
        show_film(out, film)?;
    }

    out.text(&format!("\nTHE TABLE {}: one partition a genre\n", genres.name()))?;
    let mut entries = Vec::new();
    for genre in &sample.genres {
        let of_genre = genres.query(GenreEntry::partition(*genre)).limit(of_genre);
        entries.extend(out.spend(of_genre.all().response().await?));
    }
    out.show(&genre_view(), &entries)?;
    let names =
        sample.genres.iter().filter_map(|id| Some(format!("{id} {}", Genre::name_of(*id)?)));
    let names: Vec<String> = names.collect();
    out.text(&format!("(the first {of_genre} films of each: {})", names.join(", ")))?;

    let title = "one partition, sorted by a number";
    out.text(&format!("\nTHE INDEX {} of {}: {title}\n", ByVotes::SCHEMA.name, movies.name()))?;
    let top = movies.query(Movie::by_votes()).descending().limit(drawn).all().response().await?;
    let top = out.spend(top);
    let columns = ["entity", "vote_count", "id", "title", "vote_average"];
    out.show(&View::index(ByVotes::SCHEMA, Movies::SCHEMA).only(&columns), &top)?;
    out.text(&format!("(the {} films with most votes, from its end)", top.len()))?;
    Ok(sample)
}

/// Asks for something, and shows the command, the code as it is written here, and the answer.
macro_rules! ask {
    ($out:ident, $question:literal, $command:expr, $view:expr, $read:expr) => {{
        let line = |line: &str| line.trim().replace(",", ", ");
        let code: String = stringify!($read).lines().map(line).collect();
        let code = code.replace(",  ", ", ");
        $out.text(&format!("\n{}\n  $ movies {}\n  {code}\n", $question, $command))?;
        show($out, &$view, $read.response().await?)?;
    }};
}

async fn patterns(out: &mut Output, tables: &Tables, sample: &Sample) -> Result<()> {
    let Tables { movies, genres } = tables;
    let Sample { id, ref title, genre, .. } = *sample;
    ask!(
        out,
        "ONE FILM",
        format!("movie {id} {title:?}"),
        movies_view(),
        movies.get(Movie::key(id, title))
    );
    ask!(
        out,
        "THE FILMS OF A GENRE, by number",
        format!("genre {:?}", Genre::name_of(genre).unwrap_or_default()),
        genre_view(),
        genres.query(GenreEntry::partition(genre)).all()
    );

    let (votes, average) = (200_000, Number::from(9));
    out.text("\nFILMS BY VOTES AND AVERAGE, those with most votes first")?;
    out.text(&format!("  $ movies rated --min-votes {votes} --min-average {average}"))?;
    out.text("  let films = movies.query(Movie::by_votes().vote_count(votes..)).descending();")?;
    out.text("  films.filter(|film| film.vote_average.ge(average)).all()\n")?;
    let films = movies.query(Movie::by_votes().vote_count(votes..)).descending();
    let films = films.filter(|film| film.vote_average.ge(average)).all();
    show(out, &votes_view(), films.response().await?)
}

/// What `retitle` does.
const WRITES: &str = "  let retitled = Movie { title: new, ..film.clone() };
  let entries = retitled.entries().map(|new| {
      genres.upsert(&new).set(|entry| entry.title.set(&new.title))
  });
  movies.transact_write((movies.move_item(&film, &retitled), entries.collect::<Vec<_>>()))";

/// Gives a film another title, and looks for the one it had.
async fn write(out: &mut Output, tables: &Tables, sample: &Sample) -> Result<()> {
    let Sample { id, ref title, .. } = *sample;
    let new = format!("{title} (remastered)");
    out.text("\nANOTHER TITLE: the film and its entries, in one transaction\n")?;
    out.text(WRITES)?;
    out.text(&format!("\n  $ movies retitle {id} {title:?} {new:?}\n"))?;
    let film = retitle(out, tables, (id, title), &new).await?;
    out.show(&movies_view(), std::slice::from_ref(&film))?;
    out.text("")?;
    let keys: Vec<_> = film.genres().map(|genre| GenreEntry::key(genre, id)).collect();
    let entries = out.spend(tables.genres.batch_get(keys).consistent().response().await?);
    out.show(&genre_view(), &entries.into_iter().flatten().collect::<Vec<_>>())?;
    out.text(&format!("\n  $ movies movie {id} {title:?}"))?;
    let gone = tables.movies.get(Movie::key(id, title)).consistent().response().await?;
    match out.spend(gone) {
        Some(film) => show_film(out, &film),
        None => out.text(&format!("  error: {}", no_movie(id, title))),
    }
}

/// Shows the beginning of an answer, how long it is, and what it cost.
fn show<I: Item>(
    out: &mut Output,
    view: &View,
    read: Response<impl IntoIterator<Item = I>>,
) -> Result<()> {
    let (requests, cost) = (read.requests, units(&read.consumed));
    let (items, (shown, _)) = (out.spend(read).into_iter().collect::<Vec<I>>(), DRAWN);
    out.show(view, items.get(..shown).unwrap_or(&items))?;
    let plural = |count| if count == 1 { "" } else { "s" };
    let (count, s, requests_s) = (items.len(), plural(items.len()), plural(requests));
    let first =
        if count > shown { format!(" (the first {shown} are shown)") } else { String::new() };
    out.text(&format!("{count} item{s}{first}, {requests} request{requests_s}, {cost}"))
}

/// What the tour asks for, taken from the films that are there.
struct Sample {
    /// The film with most votes.
    id: u64,
    title: String,
    /// The first genres.
    genres: Vec<u32>,
    /// The last of these.
    genre: u32,
}

impl Sample {
    fn of(films: &[Movie]) -> Self {
        let mut genres: Vec<u32> = films.iter().flat_map(Movie::genres).collect();
        genres.sort_unstable();
        genres.dedup();
        genres.truncate(DRAWN.1);
        let film = films.iter().max_by_key(|film| film.vote_count);
        let (id, title) = film.map_or((1, "The Land Girls"), |film| (film.id, &film.title));
        let genre = genres.last().copied().unwrap_or(Genre::Drama.id());
        Self { id, title: title.to_owned(), genres, genre }
    }
}
