namespace PoshAcmeSharp.Build.Help;

/// <summary>The parameters that PowerShell gives to a cmdlet that changes something.</summary>
internal static class ShouldProcessParameters
{
    /// <summary>WhatIf and Confirm.</summary>
    public static IReadOnlyList<ParameterHelp> All { get; } =
    [
        Make("WhatIf", "wi", "Shows what would happen. Nothing is changed, neither on disk nor at a server."),
        Make("Confirm", "cf", "Asks before anything is changed."),
    ];

    private static ParameterHelp Make(string name, string alias, string text) => new()
    {
        Name = name,
        TypeName = "SwitchParameter",
        Description = [text],
        Uses = [new ParameterUse(ParameterHelp.AllSets)],
        Aliases = [alias],
        Default = "False",
    };
}
