namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>An authorization (section 7.1.4).</summary>
public sealed class ScriptedAuthorization : ScriptedResource
{
    internal ScriptedAuthorization(ScriptedAcmeState state)
        : base(state, AcmeOperation.Authorization)
    {
    }

    /// <summary>Whose it is.</summary>
    public required ScriptedAccount Account { get; init; }

    /// <summary><c>pending</c>, <c>valid</c>, <c>invalid</c>, <c>deactivated</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public string Status { get; set; } = "pending";

    /// <summary>The name as it was ordered, with its <c>*.</c> when it is a wildcard.</summary>
    public required AcmeIdentifier Identifier { get; init; }

    /// <summary>The challenges.</summary>
    public IReadOnlyList<ScriptedChallenge> Challenges { get; set; } = [];

    /// <summary>When it ends.</summary>
    public DateTimeOffset Expires { get; set; }

    internal int PollsLeft { get; set; }
}
