using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Reflection;
using System.Security.Authentication;
using System.Text;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// Sends one request at a time and reads its answer within limits: size, time, number of connections. Follows no
/// redirect and repeats nothing: that is for the callers, who know what a request means.
/// </summary>
internal sealed class AcmeTransport : IDisposable
{
    /// <summary>No JSON and no chain of a CA comes near this; more is a fault.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private static readonly string ProductVersion =
        typeof(AcmeTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private readonly AcmeOptions _options;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _slots;
    private long _clockOffsetTicks;
    private volatile string? _trustProblem;

    public AcmeTransport(Uri server, AcmeOptions options)
    {
        TlsDefaults.EnsureTls12();
        _options = options;
        _slots = new SemaphoreSlim(options.MaxConnections);
        _http = new HttpClient(options.Handler ?? CreateHandler(server, options), disposeHandler: options.Handler is null)
        {
            // The deadline is this class's own: HttpClient's does not cover reading the body.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        // .NET Framework would ask with every POST whether it may go on, which costs a round trip.
        _http.DefaultRequestHeaders.ExpectContinue = false;
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("PoshAcmeSharp/" + ProductVersion);
    }

    /// <summary>The server's time as its last Date header told it; the local time before the first answer.</summary>
    public DateTimeOffset ServerNow => _options.Clock.UtcNow + TimeSpan.FromTicks(Interlocked.Read(ref _clockOffsetTicks));

    public async Task<AcmeResponse> SendAsync(HttpMethod method, Uri uri, string? joseBody, string? accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri);
        if (joseBody is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(joseBody));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
        }

        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.RequestTimeout);
        try
        {
            return await TellIfSlowAsync(ExchangeAsync(request, uri, deadline.Token), uri, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or WebException or ObjectDisposedException)
        {
            // Whatever a request that is cut off in its body ends with, to the caller it was cancelled.
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(e, uri, deadline.IsCancellationRequested);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<AcmeResponse> ExchangeAsync(HttpRequestMessage request, Uri uri, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return Describe(response, uri, await ReadBodyAsync(response, uri, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Whoever looks on is told what is waited for. That is real time, whatever clock the waits of the protocol go by.</summary>
    private async Task<AcmeResponse> TellIfSlowAsync(Task<AcmeResponse> exchange, Uri uri, CancellationToken cancellationToken)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isTold = await Task.WhenAny(exchange, Task.Delay(_options.Patience, answered.Token)).ConfigureAwait(false) != exchange && !cancellationToken.IsCancellationRequested;
        answered.Cancel();
        if (isTold)
        {
            _options.Reporter.Progress(new ProgressUpdate(RetryDelay.Activity, $"{uri.Authority} has not answered yet", -1, (int)(_options.RequestTimeout - _options.Patience).TotalSeconds));
        }

        try
        {
            return await exchange.ConfigureAwait(false);
        }
        finally
        {
            if (isTold)
            {
                _options.Reporter.Progress(new ProgressUpdate(RetryDelay.Activity, "Answered", IsCompleted: true));
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private HttpClientHandler CreateHandler(Uri server, AcmeOptions options)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = options.MaxConnections,
        };
        if (options.Proxy is not null)
        {
            handler.Proxy = new WebProxy(options.Proxy) { Credentials = options.ProxyCredential };
            handler.UseProxy = true;
        }
        else if (EndpointPolicy.IsLoopback(server))
        {
            handler.UseProxy = false;
        }

        if (options.SkipCertificateCheck)
        {
#pragma warning disable MA0039, CA5359 // Asked for by the user, for this one server.
            handler.ServerCertificateCustomValidationCallback = (_, _, _, _) => true;
#pragma warning restore MA0039, CA5359
        }
        else
        {
            // Always a callback of our own: on .NET Framework a script's ServicePointManager.ServerCertificateValidationCallback
            // would decide otherwise, and scripts around Exchange often let that one accept everything.
            var trust = options.CACertificatePem is null ? null : new ServerTrust(options.CACertificatePem);
#pragma warning disable MA0039 // Trusts what the system trusts, and the certificates that the user gave for this one server.
            handler.ServerCertificateCustomValidationCallback = (_, certificate, chain, errors) =>
            {
                var isTrusted = trust?.Validate(certificate, chain, errors) ?? errors == SslPolicyErrors.None;
                _trustProblem = isTrusted ? null : ServerTrust.Describe(chain, errors);
                return isTrusted;
            };
#pragma warning restore MA0039
        }

        return handler;
    }

    private static async Task<string> ReadBodyAsync(HttpResponseMessage response, Uri uri, CancellationToken cancellationToken)
    {
        // Nothing compressed was asked for, so no decompressed size needs a bound; what comes compressed all the same is refused.
        if (response.Content.Headers.ContentEncoding.Any(e => !string.Equals(e, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new PoshAcmeException(
                "UnexpectedResponse",
                ErrorKind.InvalidData,
                $"{uri.Host} answered with a compressed body that was not asked for.",
                "Check for a proxy between this machine and the ACME server that changes answers.");
        }

        using var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        using (cancellationToken.Register(stream.Dispose))
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)) > 0)
            {
                body.Write(buffer, 0, read);
                if (body.Length > MaxBodyBytes)
                {
                    throw new PoshAcmeException(
                        "ResponseTooLarge",
                        ErrorKind.InvalidData,
                        $"The answer of {uri.Host} is larger than {MaxBodyBytes / 1024} KiB.",
                        "Check that the URL is an ACME server's; no ACME answer is that large.");
                }
            }
        }

        return Encoding.UTF8.GetString(body.ToArray());
    }

    private AcmeConnectionException Explain(Exception e, Uri uri, bool timedOut)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException or WebException { Status: WebExceptionStatus.TrustFailure or WebExceptionStatus.SecureChannelFailure })
            {
                return new AcmeConnectionException(
                    "ServerNotTrusted",
                    ErrorKind.Security,
                    $"The TLS certificate of {uri.Authority} is not trusted: {Text.Cut(_trustProblem ?? inner.Message, 300)}",
                    "For a private CA give its root with Set-PAServer -CACertificate; else check the address and the clock.",
                    e);
            }
        }

        return timedOut
            ? new AcmeConnectionException(
                "ServerTimeout",
                ErrorKind.Timeout,
                $"{uri.Authority} did not answer {uri.AbsolutePath} in time.",
                "Run the command again; it goes on where it stopped.",
                e)
            : new AcmeConnectionException(
                "ServerUnreachable",
                ErrorKind.Connection,
                $"{uri.Authority} could not be reached, or the connection broke: {Text.Cut((e.InnerException ?? e).Message, 300)}",
                "Check the address, the network and the proxy, then run the command again; it goes on where it stopped.",
                e);
    }

    private AcmeResponse Describe(HttpResponseMessage response, Uri uri, string body)
    {
        if (response.Headers.Date is { } date)
        {
            Interlocked.Exchange(ref _clockOffsetTicks, (date - _options.Clock.UtcNow).Ticks);
        }

        var links = response.Headers.TryGetValues("Link", out var linkValues) ? LinkHeader.Parse(linkValues, uri) : [];
        var location = First(response, "Location");
        return new AcmeResponse
        {
            RequestUri = uri,
            StatusCode = response.StatusCode,
            Body = body,
            MediaType = response.Content.Headers.ContentType?.MediaType?.ToLower(CultureInfo.InvariantCulture) ?? string.Empty,
            Location = location is not null && Uri.TryCreate(uri, location, out var absolute) ? absolute : null,
            Links = links,
            ReplayNonce = NoncePool.Read(First(response, "Replay-Nonce")),
            RetryAfter = Acme.RetryAfter.Parse(First(response, "Retry-After"), ServerNow),
        };
    }

    private static string? First(HttpResponseMessage response, string header)
        => response.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault() : null;
}
