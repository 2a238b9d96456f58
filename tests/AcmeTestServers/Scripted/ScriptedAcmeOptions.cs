namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>How the scripted server behaves. All may be changed while it runs. The defaults are an honest and quick server.</summary>
public sealed class ScriptedAcmeOptions
{
    /// <summary>How many of 100 good nonces are refused with badNonce.</summary>
    public int BadNoncePercent { get; set; }

    /// <summary>What <see cref="BadNoncePercent"/> draws its luck from; read once, at the start.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>How long every answer takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>How far the server's clock is from that of the machine. It shows in Date and in all dates of answers.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>
    /// The first part of all paths but the directory's, such as <c>/v2</c>. Changing it is a directory that has moved:
    /// the old URLs of new resources answer 404.
    /// </summary>
    public string PathPrefix { get; set; } = string.Empty;

    /// <summary>The terms of service in the directory, or null.</summary>
    public string? TermsOfService { get; set; } = "http://127.0.0.1/terms/v1";

    /// <summary>The error type when the terms were not agreed to: <c>userActionRequired</c>, or <c>agreementRequired</c> as older servers say.</summary>
    public string TermsProblemType { get; set; } = "userActionRequired";

    /// <summary>Key ids and MAC keys (base64url). When there is one, new accounts must be bound to an external one.</summary>
    public IReadOnlyDictionary<string, string> ExternalAccounts { get; set; } = new Dictionary<string, string>();

    /// <summary>Profiles and their descriptions. When there are any, the directory lists them and others are refused.</summary>
    public IReadOnlyDictionary<string, string> Profiles { get; set; } = new Dictionary<string, string>();

    /// <summary>How many orders a page of an account's list has.</summary>
    public int OrdersPerPage { get; set; } = 3;

    /// <summary>How many names an order may have.</summary>
    public int MaxNames { get; set; } = 100;

    /// <summary>Names that the policy refuses with rejectedIdentifier, one subproblem each.</summary>
    public ISet<string> RejectedNames { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Names whose validation fails, and why. A wildcard is written with its <c>*.</c>.</summary>
    public IDictionary<string, ProblemDocument> FailingNames { get; set; } = new Dictionary<string, ProblemDocument>(StringComparer.Ordinal);

    /// <summary>Names whose authorizations are valid from the start.</summary>
    public ISet<string> ValidNames { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether the DNS names of orders may be validated by dns-account-01 (draft-ietf-acme-dns-account-label).</summary>
    public bool OffersDnsAccount { get; set; }

    /// <summary>
    /// The issuer domain names of dns-persist-01 challenges (draft-ietf-acme-dns-persist); empty: they are not offered.
    /// </summary>
    public IReadOnlyList<string> PersistentIssuers { get; set; } = [];

    /// <summary>Whether dns-persist-01 challenges carry the account's URI, as later drafts have it.</summary>
    public bool ShowsPersistentAccount { get; set; } = true;

    /// <summary>
    /// Gives the TXT values at a name. When it is set, the challenges of DNS are really checked, as a strict CA does;
    /// null: an acknowledgement is believed.
    /// </summary>
    public Func<string, IReadOnlyList<string>>? LookUpTxt { get; set; }

    /// <summary>Whether names may be authorized before they are ordered (newAuthz). Few CAs have it.</summary>
    public bool OffersPreAuthorization { get; set; }

    /// <summary>Whether a new order takes over the valid authorizations of its account.</summary>
    public bool ReuseAuthorizations { get; set; }

    /// <summary>How often an acknowledged authorization is seen pending before it is valid (or invalid).</summary>
    public int PollsUntilValidated { get; set; }

    /// <summary>How often a finalized order is seen as processing, the answer to finalize included. int.MaxValue: for ever.</summary>
    public int PollsInProcessing { get; set; }

    /// <summary>How often a valid order is seen without its certificate URL.</summary>
    public int PollsWithoutCertificateUrl { get; set; }

    /// <summary>The Retry-After of authorizations and orders that are still being worked on, or null.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>How long an order and its authorizations live.</summary>
    public TimeSpan OrderLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a certificate is valid.</summary>
    public TimeSpan CertificateLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How many other chains a certificate has (0 to 2).</summary>
    public int AlternateChains { get; set; }

    /// <summary>
    /// Writes a chain out, to give it other line ends, text between, another order, other certificates.
    /// It gets the certificates as PEM, the leaf first.
    /// </summary>
    public Func<IReadOnlyList<string>, string> FormatChain { get; set; } = string.Concat;

    /// <summary>Whether the directory offers renewal information (RFC 9773).</summary>
    public bool OffersRenewalInfo { get; set; } = true;

    /// <summary>The suggested window; null makes one from the certificate's lifetime: its last third, one day long.</summary>
    public (DateTimeOffset Start, DateTimeOffset End)? RenewalWindow { get; set; }

    /// <summary>The explanation that comes with renewal information, or null.</summary>
    public string? RenewalExplanationUrl { get; set; }

    /// <summary>The Retry-After of renewal information, or null.</summary>
    public string? RenewalRetryAfter { get; set; } = "21600";
}
