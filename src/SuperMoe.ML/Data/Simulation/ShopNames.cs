namespace SuperMoe.ML.Data;

/// <summary>The words of the simulated shop.</summary>
internal static class ShopNames
{
    public static IReadOnlyList<string> Categories { get; } =
    [
        "Books", "Coffee", "Garden", "Kitchen", "Running", "Cameras", "Toys", "Music", "Cycling", "Skincare", "Gaming", "Camping",
        "Stationery", "Shoes", "Jewellery", "Tools", "Baby", "Pets", "Wine", "Tea", "Lighting", "Yoga", "Fishing", "Crafts",
    ];

    public static IReadOnlyList<string> Brands { get; } =
    [
        "Alder", "Birch", "Cedar", "Drift", "Ember", "Fjord", "Grove", "Harbor", "Iris", "Juniper", "Kestrel", "Lumen",
        "Meadow", "North", "Opal", "Pine", "Quartz", "River", "Slate", "Thistle", "Umber", "Vale", "Willow", "Zephyr",
    ];

    public static IReadOnlyList<string> Tags { get; } =
    [
        "bold", "classic", "compact", "durable", "eco", "elegant", "festive", "gift", "handmade", "kids", "light", "local",
        "luxury", "minimal", "organic", "outdoor", "pro", "retro", "smart", "soft", "starter", "travel", "urban", "vegan",
    ];

    public static IReadOnlyList<string> Regions { get; } = ["North", "East", "South", "West", "Centre", "Islands"];

    public static IReadOnlyList<string> Segments { get; } = ["Nesters", "Explorers", "Trendsetters", "Purists"];
}
