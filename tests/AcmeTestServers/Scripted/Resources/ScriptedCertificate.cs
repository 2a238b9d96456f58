namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A certificate (section 7.4.2).</summary>
public sealed class ScriptedCertificate : ScriptedResource
{
    internal ScriptedCertificate(ScriptedAcmeState state)
        : base(state, AcmeOperation.Certificate)
    {
    }

    /// <summary>Whose it is.</summary>
    public required ScriptedAccount Account { get; init; }

    /// <summary>The leaf as DER.</summary>
    public required byte[] Der { get; init; }

    /// <summary>The chains, each with the leaf first; the first is the default.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Chains { get; init; }

    /// <summary>Its id for renewal information (RFC 9773 section 4.1).</summary>
    public required string RenewalInfoId { get; init; }

    /// <summary>The start of its validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The end of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The reason for which it was revoked, or null.</summary>
    public int? RevocationReason { get; set; }

    /// <summary>Whether an order has replaced it.</summary>
    public bool IsReplaced { get; set; }
}
