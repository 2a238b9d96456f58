namespace PoshAcmeSharp.Challenges;

/// <summary>What all challenge plugins have in common.</summary>
public interface IChallengePlugin
{
    /// <summary>The name users give to -Plugin.</summary>
    string Name { get; }

    /// <summary>How many batches may be under way at once; 1 means one after the other.</summary>
    int MaxConcurrency { get; }
}

/// <summary>
/// Publishes TXT records for dns-01. Both directions are idempotent: publishing what is there and removing what is not
/// are successes, and values that were not given are never touched.
/// </summary>
public interface IDnsChallengePlugin : IChallengePlugin
{
    /// <summary>Adds the values to the record.</summary>
    /// <param name="records">All values of one record name together.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the provider has accepted the values.</returns>
    Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken);

    /// <summary>Takes the values from the record.</summary>
    /// <param name="records">All values of one record name together.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the provider has removed the values.</returns>
    Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken);
}

/// <summary>Publishes files for http-01. Both directions are idempotent.</summary>
public interface IHttpChallengePlugin : IChallengePlugin
{
    /// <summary>Makes the key authorization available under the token.</summary>
    /// <param name="response">The token and what is to be answered.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the file can be fetched.</returns>
    Task PublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken);

    /// <summary>Takes it away again.</summary>
    /// <param name="response">The token and what was to be answered.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when it is gone.</returns>
    Task UnpublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken);
}

/// <summary>A plugin that first collects changes and makes them effective all together.</summary>
public interface ISavingChallengePlugin : IChallengePlugin
{
    /// <summary>Makes effective what was published, or removed, since the last call.</summary>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the changes are effective.</returns>
    Task SaveAsync(PluginContext context, CancellationToken cancellationToken);
}

/// <summary>All TXT values that belong at one name.</summary>
/// <param name="RecordName">The full name without a trailing dot, such as <c>_acme-challenge.example.com</c>.</param>
/// <param name="Values">The values: base64url of the SHA-256 of the key authorization (RFC 8555 section 8.4).</param>
public sealed record TxtRecordSet(string RecordName, IReadOnlyList<string> Values);

/// <summary>What a web server has to answer for one http-01 challenge (RFC 8555 section 8.3).</summary>
/// <param name="Identifier">The DNS name or IP address that is being validated.</param>
/// <param name="Token">The challenge's token: the last part of the path. Only base64url characters.</param>
/// <param name="KeyAuthorization">The body: token, dot, account key thumbprint.</param>
public sealed record HttpChallengeResponse(string Identifier, string Token, string KeyAuthorization);

/// <summary>What a plugin gets beside its arguments.</summary>
/// <param name="Reporter">Where it tells what it does.</param>
/// <param name="Clock">The time and the waiting.</param>
public sealed record PluginContext(IReporter Reporter, IClock Clock);
