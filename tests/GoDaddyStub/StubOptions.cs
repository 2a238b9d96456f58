namespace GoDaddyStub;

/// <summary>What the stub accepts and how it misbehaves.</summary>
public sealed record StubOptions
{
    /// <summary>The zones of the account.</summary>
    public IReadOnlyList<string> Zones { get; init; } = ["example.com"];

    /// <summary>The classic key.</summary>
    public string Key { get; init; } = "stub-key";

    /// <summary>The secret of the classic key.</summary>
    public string Secret { get; init; } = "stub-secret";

    /// <summary>The personal access token.</summary>
    public string Token { get; init; } = "gd_pat_stub";

    /// <summary>The customer id of version 2.</summary>
    public string CustomerId { get; init; } = "stub-customer";

    /// <summary>Requests a minute for each endpoint; 0 is no limit. The real one allows 60.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Answers 403 ACCESS_DENIED to everything, as for an account without API access.</summary>
    public bool AccessDenied { get; init; }

    /// <summary>The token may write and not read.</summary>
    public bool WriteOnlyToken { get; init; }

    /// <summary>Repeats the credential in the text of a 401, as careless servers do.</summary>
    public bool EchoesCredential { get; init; }

    /// <summary>How many writes are accepted and then lost, as when two programs write at once.</summary>
    public int LoseWrites { get; init; }

    /// <summary>How many requests are answered 503 before the first is served.</summary>
    public int FailFirst { get; init; }

    /// <summary>The largest page of version 3, whatever is asked for.</summary>
    public int MaxPageSize { get; init; } = 100;

    /// <summary>The management interface of a pebble-challtestsrv, whose DNS follows the TXT records of the stub; or null.</summary>
    public Uri? DnsServer { get; init; }

    /// <summary>The clock of the limit of requests.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
