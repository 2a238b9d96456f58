namespace PoshAcmeSharp.Build.Help;

/// <summary>All that the help of one cmdlet says.</summary>
internal sealed record CmdletHelp
{
    /// <summary>The verb, such as <c>New</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>The noun, such as <c>PAOrder</c>.</summary>
    public required string Noun { get; init; }

    /// <summary>The name, such as <c>New-PAOrder</c>.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>Other names of the cmdlet.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>One sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>The paragraphs of the description.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>The parameters, in the order of the source.</summary>
    public required IReadOnlyList<ParameterHelp> Parameters { get; init; }

    /// <summary>The names of the parameter sets, the default one first.</summary>
    public required IReadOnlyList<string> ParameterSets { get; init; }

    /// <summary>The names of the types that it writes.</summary>
    public required IReadOnlyList<string> OutputTypes { get; init; }

    /// <summary>The examples.</summary>
    public required IReadOnlyList<ExampleHelp> Examples { get; init; }

    /// <summary>Where to read on.</summary>
    public required IReadOnlyList<LinkHelp> Links { get; init; }
}

/// <summary>An example.</summary>
/// <param name="Code">The lines to type.</param>
/// <param name="Remarks">What they do, in paragraphs.</param>
internal sealed record ExampleHelp(string Code, IReadOnlyList<string> Remarks);

/// <summary>A related link.</summary>
/// <param name="Text">The name of a cmdlet or of a page; may be empty for a page.</param>
/// <param name="Address">The address of the page, or empty.</param>
internal sealed record LinkHelp(string Text, string Address);
