namespace PoshAcmeSharp.Build.Help;

/// <summary>All that the help of one parameter says.</summary>
internal sealed record ParameterHelp
{
    /// <summary>The name of the parameter set that stands for all of them.</summary>
    public const string AllSets = "__AllParameterSets";

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The type as it is shown, such as <c>String[]</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>The paragraphs of its text.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>How it is used in each of its parameter sets.</summary>
    public required IReadOnlyList<ParameterUse> Uses { get; init; }

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The values that are allowed, when only these are.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The default, or null.</summary>
    public string? Default { get; init; }

    /// <summary>Whether wildcards are understood.</summary>
    public bool HasWildcards { get; init; }

    /// <summary>Whether it is a switch.</summary>
    public bool IsSwitch => TypeName == "SwitchParameter";

    /// <summary>Finds how it is used in a parameter set.</summary>
    /// <param name="set">The name of the set.</param>
    /// <returns>The use, or null when it is not part of the set.</returns>
    public ParameterUse? In(string set) => Uses.FirstOrDefault(u => u.Set == set || u.Set == AllSets);
}

/// <summary>How a parameter is used in a parameter set.</summary>
/// <param name="Set">The name of the set.</param>
/// <param name="IsMandatory">Whether it must be given.</param>
/// <param name="Position">Its position, or null when it goes by name only.</param>
/// <param name="ByValue">Whether it takes pipeline objects.</param>
/// <param name="ByPropertyName">Whether it takes properties of pipeline objects.</param>
/// <param name="IsHidden">Whether it is not shown.</param>
internal sealed record ParameterUse(
    string Set, bool IsMandatory = false, int? Position = null, bool ByValue = false, bool ByPropertyName = false, bool IsHidden = false)
{
    /// <summary>The text that help shows for pipeline input.</summary>
    public string PipelineInput => (ByValue, ByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    /// <summary>The text that help shows for the position.</summary>
    public string PositionText => Position is { } position ? position.ToString(System.Globalization.CultureInfo.InvariantCulture) : "named";
}
