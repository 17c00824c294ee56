using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class GroupIntoSequencesProfilesTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<bool> Both => [false, true];

    [Theory]
    [MemberData(nameof(Both))]
    public void Profiles_are_joined_and_missing_ones_are_missing_values(bool grouped)
    {
        var profiles = _ml.Data.LoadFromEnumerable(new[]
        {
            new Profile { User = "nobody", Age = 1 },
            new Profile { User = "a", Age = 30, Weight = 1.5, City = "Rome", Member = true, Visits = 7, Born = new(1990, 1, 2), Kind = 2 },
        });

        var view = Group("b 1 x; a 2 y", profiles, grouped);

        Assert.Equal(profiles.Schema.Skip(1).Select(column => (column.Name, column.Type)),
            view.Schema.Skip(3).Select(column => (column.Name, column.Type)));
        Assert.Equal(
            ["User=b Age=NaN Weight=NaN City= Member=False Visits=0 Born=0001-01-01T00:00:00 Kind=0",
             "User=a Age=30 Weight=1.5 City=Rome Member=True Visits=7 Born=1990-01-02T00:00:00 Kind=3"],
            ViewText.Rows(view, "User", "Age", "Weight", "City", "Member", "Visits", "Born", "Kind"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Vectors_of_profiles_stay_as_they_are_dense_sparse_or_variable(bool grouped)
    {
        var profiles = _ml.Data.LoadFromEnumerable(new[]
        {
            new VectorProfile { User = "a", Fixed = new(3, [1, 2, 3]), Variable = ["p", "q"], Counts = new(4, 1, [9], [2]) },
            new VectorProfile { User = "b", Fixed = new(3, 1, [5], [1]), Variable = [], Counts = new(4, 0, [], []) },
        });

        var view = Group("c 1 x; b 2 y; a 3 z", profiles, grouped);

        Assert.Equal(
            ["Fixed=[NaN,NaN,NaN] Variable=[] Counts=[0,0,0,0]",
             "Fixed=[0,5,0] Variable=[] Counts=[0,0,0,0]",
             "Fixed=[1,2,3] Variable=[p,q] Counts=[0,0,9,0]"],
            ViewText.Rows(view, "Fixed", "Variable", "Counts"));
        Assert.Equal(profiles.Schema["Fixed"].Type, view.Schema["Fixed"].Type);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Sparse_vectors_stay_sparse(bool grouped)
    {
        var profiles = _ml.Data.LoadFromEnumerable(new[] { new VectorProfile { User = "a", Fixed = new(3, 1, [5], [1]) } });
        var view = Group("a 1 x", profiles, grouped);

        using var cursor = view.GetRowCursor([view.Schema["Fixed"]]);
        Assert.True(cursor.MoveNext());
        VBuffer<float> value = default;
        cursor.GetGetter<VBuffer<float>>(view.Schema["Fixed"])(ref value);

        Assert.Equal(3, value.Length);
        Assert.Equal([5f], value.GetValues().ToArray());
        Assert.Equal([1], value.GetIndices().ToArray());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Annotations_of_profiles_are_kept(bool grouped)
    {
        var profiles = _ml.Data.LoadFromEnumerable(new[] { new Profile { User = "a", City = "Rome" } });
        profiles = _ml.Transforms.Conversion.MapValueToKey("City").Fit(profiles).Transform(profiles);

        var column = Group("a 1 x", profiles, grouped).Schema["City"];

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        Assert.Equal("Rome", values.GetItemOrDefault(0).ToString());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Users_that_are_keys_are_found_by_their_key_values(bool grouped)
    {
        var events = ToKeys(Visit.Parse("b 1 x; c 1 x; a 1 x"));
        var profiles = ToKeys([new Profile { User = "a", Age = 1 }, new Profile { User = "z", Age = 9 }, new Profile { User = "b", Age = 2 }]);

        Assert.Equal(["User=1 Age=2", "User=2 Age=NaN", "User=3 Age=1"], ViewText.Rows(Group(events, profiles, grouped), "User", "Age"));
    }

    [Fact]
    public void Keys_without_values_are_the_same_if_their_counts_are()
    {
        var events = _ml.Data.LoadFromEnumerable(new[] { new KeyEvent { User = 3, Time = 1 }, new KeyEvent { User = 1, Time = 1 } });
        var profiles = _ml.Data.LoadFromEnumerable(new[] { new KeyProfile { User = 1, Age = 11 }, new KeyProfile { User = 3, Age = 33 } });
        var others = _ml.Data.LoadFromEnumerable(new[] { new OtherKeyProfile { User = 1 } });

        Assert.Equal(["User=4 Age=33", "User=2 Age=11"], ViewText.Rows(Group(events, profiles, false, "Time"), "User", "Age"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Group(events, others, false, "Time"));
        Assert.Contains("keys without key values must have the same count", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_user_with_two_profiles_is_an_error_that_names_it(bool grouped)
    {
        var profiles = _ml.Data.LoadFromEnumerable(Visit.Parse("a 1; bob 1; c 1; bob 2").Select(v => new Profile { User = v.User }));
        var view = Group("a 1 x", profiles, grouped);

        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(view));
        Assert.Contains("user 'bob' has more than one row, 2 and 4 (counted from 1)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["Page=[x]"], ViewText.Rows(view, "Page"));
    }

    [Fact]
    public void A_key_user_with_two_profiles_is_named_by_its_key_value()
    {
        var profiles = ToKeys([new Profile { User = "a" }, new Profile { User = "bob" }, new Profile { User = "bob" }]);

        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group(ToKeys(Visit.Parse("a 1 x")), profiles, false)));
        Assert.Contains("user key 2 ('bob') has more than one row", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_without_user_is_an_error_that_names_the_row()
    {
        var profiles = _ml.Data.LoadFromEnumerable(new[] { new Profile { User = "a" }, new Profile() });

        var error = Assert.Throws<InvalidOperationException>(() => ViewText.Rows(Group("a 1 x", profiles, false)));
        Assert.Contains("column 'User' has no user in row 2 (counted from 1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_profiles_are_reported_with_all_else()
    {
        var profiles = _ml.Data.LoadFromEnumerable(new[] { new WrongProfile() });

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Group("a 1 x", profiles, false, "Page", "Gone"));
        Assert.Contains("4 mistakes", error.Message, StringComparison.Ordinal);
        Assert.Contains("no column 'Gone'", error.Message, StringComparison.Ordinal);
        Assert.Contains("profiles: user column 'User' is Int32 but String in the events", error.Message, StringComparison.Ordinal);
        Assert.Contains("profiles: column 'Page' has the name of a column made from the events", error.Message, StringComparison.Ordinal);
        Assert.Contains("profiles: column 'Time.HeldOut' has the name", error.Message, StringComparison.Ordinal);
    }

    private IDataView Group(string visits, IDataView profiles, bool grouped, params string[] columns) =>
        Group(_ml.Data.LoadFromEnumerable(Visit.Parse(visits)), profiles, grouped, columns);

    private IDataView Group(IDataView events, IDataView profiles, bool grouped, params string[] columns) =>
        _ml.Data.GroupIntoSequences(events, new SequenceOptions
        {
            UserColumn = "User",
            TimeColumn = "Time",
            SequenceColumns = columns.Length > 0 ? columns : ["Page"],
            InputIsGrouped = grouped,
            HoldOutLast = columns.Length > 1 ? 1 : 0,
        }, profiles);

    private IDataView ToKeys<T>(T[] rows)
        where T : class
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("User").Fit(view).Transform(view);
    }

    private sealed class Profile
    {
        public string User { get; set; } = "";

        public float Age { get; set; }

        public double Weight { get; set; }

        public string City { get; set; } = "";

        public bool Member { get; set; }

        public int Visits { get; set; }

        public DateTime Born { get; set; }

        [KeyType(5)]
        public uint Kind { get; set; }
    }

    private sealed class VectorProfile
    {
        public string User { get; set; } = "";

        [VectorType(3)]
        public VBuffer<float> Fixed { get; set; } = new(3, [0, 0, 0]);

        public string[] Variable { get; set; } = [];

        [VectorType(4)]
        public VBuffer<int> Counts { get; set; } = new(4, [0, 0, 0, 0]);
    }

    private sealed class WrongProfile
    {
        public int User { get; set; }

        public string Page { get; set; } = "";

        [ColumnName("Time.HeldOut")]
        public float Time { get; set; }
    }

    // ML.NET adds 1 to the keys of enumerables: 0 is the first key there.
    private sealed class KeyEvent
    {
        [KeyType(5)]
        public uint User { get; set; }

        public int Time { get; set; }
    }

    private sealed class KeyProfile
    {
        [KeyType(5)]
        public uint User { get; set; }

        public float Age { get; set; }
    }

    private sealed class OtherKeyProfile
    {
        [KeyType(6)]
        public uint User { get; set; }
    }
}
