namespace PoshAcmeSharp.Acme;

/// <summary>What an order asks for beside its names (RFC 8555 section 7.4).</summary>
public sealed class NewOrderOptions
{
    /// <summary>When the certificate shall end, or null: the CA's choice. Many CAs refuse it.</summary>
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>One of the directory's certificate profiles, or null: the CA's choice.</summary>
    public string? Profile { get; set; }

    /// <summary>The ARI identifier of the certificate that the new one replaces (RFC 9773 section 5), or null.</summary>
    public string? Replaces { get; set; }
}
