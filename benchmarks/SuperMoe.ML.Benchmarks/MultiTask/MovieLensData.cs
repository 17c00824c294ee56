namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>MovieLens 100K, or data in its format.</summary>
/// <param name="Users">The users with at least one event, by id.</param>
/// <param name="Movies">The catalogue, by id.</param>
/// <param name="Occupations">The occupations, in alphabetical order.</param>
internal sealed record MovieLensData(IReadOnlyList<MovieUser> Users, IReadOnlyList<Movie> Movies, IReadOnlyList<string> Occupations)
{
    public int Events => Users.Sum(u => u.Events.Count);

    /// <summary>Each movie's place in <see cref="Movies"/>.</summary>
    public Dictionary<int, int> Places() => Movies.Select((movie, place) => (movie.Id, place)).ToDictionary(m => m.Id, m => m.place);

    /// <summary>Reads the files <c>*.inter</c>, <c>*.user</c> and <c>*.item</c> of a folder.</summary>
    /// <exception cref="DataFileException">A file is missing or ill-formed.</exception>
    public static MovieLensData Read(string folder)
    {
        var movies = ReadMovies(AtomicFile.Read(folder, "item"));
        var events = ReadEvents(AtomicFile.Read(folder, "inter"), [.. movies.Select(m => m.Id)]);
        return ReadUsers(AtomicFile.Read(folder, "user"), events, movies);
    }

    private static List<Movie> ReadMovies(AtomicFile file)
    {
        int id = file.Column("item_id"), genres = file.Column("class");
        var movies = new SortedDictionary<int, Movie>();
        for (var row = 0; row < file.Count; row++)
        {
            var movie = new Movie(file.Id(row, id), file.Text(row, genres).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (!movies.TryAdd(movie.Id, movie)) { throw file.Wrong(row, id, "a movie of one line only"); }
        }
        return [.. movies.Values];
    }

    private static Dictionary<int, List<MovieEvent>> ReadEvents(AtomicFile file, HashSet<int> movies)
    {
        int user = file.Column("user_id"), item = file.Column("item_id"), rating = file.Column("rating"), time = file.Column("timestamp");
        var events = new Dictionary<int, List<MovieEvent>>();
        for (var row = 0; row < file.Count; row++)
        {
            var movie = file.Id(row, item);
            if (!movies.Contains(movie)) { throw file.Wrong(row, item, "a movie of the *.item file"); }
            var stars = file.Number(row, rating);
            if (stars is not (1 or 2 or 3 or 4 or 5)) { throw file.Wrong(row, rating, "a rating from 1 to 5"); }
            var id = file.Id(row, user);
            if (!events.TryGetValue(id, out var own)) { events[id] = own = []; }
            own.Add(new MovieEvent(movie, (int)stars, file.Number(row, time)));
        }
        return events;
    }

    private static MovieLensData ReadUsers(AtomicFile file, Dictionary<int, List<MovieEvent>> events, List<Movie> movies)
    {
        int id = file.Column("user_id"), age = file.Column("age"), gender = file.Column("gender"), occupation = file.Column("occupation");
        string[] occupations = [.. Enumerable.Range(0, file.Count).Select(r => file.Text(r, occupation)).Distinct().Order(StringComparer.Ordinal)];
        var users = new SortedDictionary<int, MovieUser>();
        for (var row = 0; row < file.Count; row++)
        {
            if (file.Text(row, gender) is not ("M" or "F")) { throw file.Wrong(row, gender, "M or F"); }
            if (!events.TryGetValue(file.Id(row, id), out var own)) { continue; }
            var user = new MovieUser(
                file.Id(row, id),
                file.Text(row, gender) == "M",
                AgeBands.Of(file.Id(row, age)),
                Array.IndexOf(occupations, file.Text(row, occupation)),
                [.. own.OrderBy(e => e.Time)]); // stable: the file's order breaks ties
            if (!users.TryAdd(user.Id, user)) { throw file.Wrong(row, id, "a user of one line only"); }
        }
        foreach (var user in events.Keys)
        {
            if (!users.ContainsKey(user)) { throw new DataFileException($"The *.inter file has events of user {user}, who is not in the *.user file."); }
        }
        return users.Count > 0 ? new MovieLensData([.. users.Values], movies, occupations) : throw new DataFileException("The *.inter file has no events.");
    }
}
