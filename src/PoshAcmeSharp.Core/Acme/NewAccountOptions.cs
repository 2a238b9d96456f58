using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <summary>What a new account is made with (RFC 8555 section 7.3).</summary>
public sealed class NewAccountOptions
{
    /// <summary>Contact URLs, such as <c>mailto:admin@example.com</c>.</summary>
    public IReadOnlyList<string> Contact { get; set; } = [];

    /// <summary>Whether the user has agreed to the terms of service.</summary>
    public bool TermsOfServiceAgreed { get; set; }

    /// <summary>Only finds an account that exists for the key (RFC 8555 section 7.3.1).</summary>
    public bool OnlyReturnExisting { get; set; }

    /// <summary>The external account binding, or null.</summary>
    public ExternalAccount? ExternalAccount { get; set; }
}
