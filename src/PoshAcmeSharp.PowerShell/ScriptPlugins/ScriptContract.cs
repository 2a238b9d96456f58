namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>What a plugin script has to offer for its type of challenge.</summary>
/// <param name="ChallengeType">The type.</param>
/// <param name="Add">Publishes one value.</param>
/// <param name="Remove">Takes it away.</param>
/// <param name="Save">Makes both effective.</param>
/// <param name="FixedParameters">Those parameters of Add and Remove that are no arguments of the user's.</param>
internal sealed record ScriptContract(
    string ChallengeType, ScriptFunction Add, ScriptFunction Remove, ScriptFunction Save, IReadOnlyList<string> FixedParameters)
{
    /// <summary>Whether it publishes TXT records, not files.</summary>
    public bool IsDns => string.Equals(ChallengeType, PoshAcmeSharp.Challenges.ChallengeType.Dns01, StringComparison.Ordinal);

    public IEnumerable<ScriptFunction> Functions => [Add, Remove, Save];

    /// <summary>The parameters of a function that are the user's arguments.</summary>
    public IEnumerable<ScriptParameter> ArgumentsOf(ScriptFunction function)
        => function.Parameters.Where(p => !p.TakesRest && !FixedParameters.Contains(p.Name, StringComparer.OrdinalIgnoreCase));
}
