namespace SuperMoe.ML.Tests.Architecture;

/// <summary>The rooms (top folders) of src/SuperMoe.ML and which others each may use. "" is the root: the catalogs.</summary>
internal static class RoomTable
{
    private static readonly string[] s_all =
        ["Data", "Embeddings", "Estimators", "Evaluation", "Interop", "Kernels", "Model", "Persistence", "Tasks", "Training"];

    /// <summary>The house's table.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> House = new Dictionary<string, string[]>
    {
        [""] = s_all,
        ["Estimators"] = ["Data", "Training", "Model", "Tasks", "Persistence", "Interop"],
        ["Data"] = [],
        ["Embeddings"] = [],
        ["Model"] = ["Embeddings", "Kernels"],
        ["Kernels"] = [],
        ["Tasks"] = ["Model"],
        ["Training"] = ["Data", "Model", "Tasks", "Kernels"],
        ["Evaluation"] = ["Tasks", "Data"],
        ["Persistence"] = ["Model", "Tasks"],
        ["Interop"] = [],
    };

    /// <summary>Arrows beyond the table, each with its reason.</summary>
    public static readonly IReadOnlyDictionary<(string From, string To), string> Extra = new Dictionary<(string, string), string>
    {
        [("Training", "Embeddings")] = "A step writes the touched rows of the tables back.",
        [("Training", "Evaluation")] = "Early stopping watches the ranking metrics.",
        [("Tasks", "Embeddings")] = "Next item scores with the item embeddings (tied).",
        [("Tasks", "Kernels")] = "Losses over large catalogues use the kernels.",
        [("Estimators", "Embeddings")] = "Options name the table's optimizer.",
        [("Estimators", "Evaluation")] = "Evaluators of a fitted model are reached from it.",
        [("Estimators", "Kernels")] = "Devices are set up before the first kernel.",
        [("Tasks", "Evaluation")] = "A head measures its task; the metrics themselves know no task.",
        [("Persistence", "Data")] = "The columns and the items' attributes are saved with the model.",
        [("Data", "Interop")] = "Its catalog reaches ML.NET's environment.",
    };

    /// <summary>Types that any room may use, each with its reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> OpenToAll = new Dictionary<string, string>
    {
        ["Scalars"] = "Whoever puts a number beside a tensor keeps it alive.",
        ["TensorSums"] = "As Scalars, for sums of tensors.",
        ["ThreadShare"] = "As SideBySide, for who computes alone between two of its runs.",
        ["SideBySide"] = "Whoever has several threads compute decides how many libtorch uses on each.",
        ["HugePages"] = "Whoever makes a large tensor asks for large pages under it.",
        ["CudaDevice"] = "Whoever chooses a type or an operator asks what the device has.",
        ["TorchFuser"] = "Kernels in TorchScript are compiled once, and not again for each shape.",
        ["DeviceGenerators"] = "Whoever draws on a device has a generator of it.",
        ["ExecutableMemory"] = "A kernel of instructions that the runtime does not offer is machine code.",
        ["NativeLibraries"] = "Whoever calls torch first makes sure that it is loaded.",
    };

    /// <summary>The rooms that may know of ML.NET.</summary>
    public static readonly string[] SeeMicrosoftML = ["", "Estimators", "Data", "Interop"];

    public static bool Allows(string from, string to) =>
        from == to || (House.TryGetValue(from, out var rooms) && rooms.Contains(to)) || Extra.ContainsKey((from, to));
}
