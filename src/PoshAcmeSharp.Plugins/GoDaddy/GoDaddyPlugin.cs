using System.Text.RegularExpressions;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>
/// Publishes TXT records in zones that GoDaddy hosts, with a classic key (versions 1 and 2 of its API) or with a
/// personal access token (version 3). What it learns of zones and records lives as long as the instance: where a token
/// may not read, publish and unpublish with the same one, or with a profile and an account where it can keep notes.
/// </summary>
public sealed class GoDaddyPlugin : IDnsChallengePlugin, IDisposable
{
    private static readonly Regex DnsName = new(
        "^([a-z0-9_-]{1,63}\\.)+[a-z0-9-]{1,63}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    private readonly ProviderHttp _http;
    private readonly IGoDaddyRecords _records;
    private readonly Func<string, CancellationToken, Task<string>>? _resolveAlias;

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="handler">What sends; it must not follow redirects and stays the caller's to dispose. Null makes one.</param>
    /// <param name="resolveAlias">Gives the name at the end of the CNAMEs of a record name, or the name itself; null follows none.</param>
    /// <param name="environment">What is around it; notes are kept with its account. Null keeps none.</param>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidPluginArguments</c>: not exactly one usable credential. <c>InsecureBaseUri</c>: plain http to another machine.
    /// </exception>
    public GoDaddyPlugin(
        GoDaddyOptions options,
        HttpMessageHandler? handler = null,
        Func<string, CancellationToken, Task<string>>? resolveAlias = null,
        PluginEnvironment? environment = null)
        : this(GoDaddyCredential.From(options ?? throw new ArgumentNullException(nameof(options))), handler, resolveAlias, RecordNotes.Of(environment))
    {
    }

    private GoDaddyPlugin(GoDaddyCredential credential, HttpMessageHandler? handler, Func<string, CancellationToken, Task<string>>? resolveAlias, RecordNotes? notes)
    {
        _resolveAlias = resolveAlias;
        _http = new ProviderHttp(
            new ProviderHttpOptions
            {
                ProviderName = Name,
                BaseUri = credential.BaseUri,
                Authorization = credential.ToHeader,
                Secrets = [credential.Secret],
                BodyRetryAfter = GoDaddyErrors.RetryAfter,
            },
            handler);
        var errors = new GoDaddyErrors(_http, credential.IsToken);
        _records = credential.IsToken ? new TokenRecords(_http, errors, notes) : new ClassicRecords(_http, errors, credential.CustomerId);
    }

    /// <inheritdoc/>
    public string Name => "GoDaddy";

    /// <inheritdoc/>
    /// <remarks>GoDaddy allows 60 requests a minute: more at once would only wait.</remarks>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// <c>GoDaddy.AccessDenied</c>, <c>GoDaddy.Unauthorized</c>, <c>GoDaddy.ZoneNotFound</c>, <c>GoDaddy.RateLimited</c>
    /// and others that begin so.
    /// </exception>
    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ApplyAsync(_records.AddAsync, records, context, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// As for publishing, and <c>GoDaddy.RecordLeftBehind</c>: the token may not read, and another instance published without a note.
    /// </exception>
    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ApplyAsync(_records.RemoveAsync, records, context, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task ApplyAsync(
        Func<string, IReadOnlyCollection<string>, PluginContext, CancellationToken, Task> change,
        TxtRecordSet records,
        PluginContext context,
        CancellationToken cancellationToken)
    {
        var values = records.Values.Distinct(StringComparer.Ordinal).ToList();
        if (values.Count == 0)
        {
            return;
        }

        var name = Normalize(records.RecordName);
        if (_resolveAlias is not null)
        {
            var target = Normalize(await _resolveAlias(name, cancellationToken).ConfigureAwait(false));
            if (target != name)
            {
                context.Reporter.Verbose($"{name} is an alias of {target}.");
                name = target;
            }
        }

        await change(name, values, context, cancellationToken).ConfigureAwait(false);
    }

    private static string Normalize(string recordName)
    {
        var name = recordName.TrimEnd('.').ToLowerInvariant();
        return name.Length <= 253 && DnsName.IsMatch(name)
            ? name
            : throw new PoshAcmeException(
                "InvalidRecordName",
                ErrorKind.InvalidArgument,
                $"'{recordName}' is not the name of a TXT record.",
                "Give the full name in ASCII, such as _acme-challenge.example.com.");
    }
}
