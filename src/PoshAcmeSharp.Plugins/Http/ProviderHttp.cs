using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>
/// The way all plugins speak HTTP: one client for each plugin instance, with deadlines, repeated attempts, limits and
/// texts without secrets. Answers of 4xx and, after the last attempt, of 5xx are returned; what they mean is the
/// provider's to say. Error ids begin with the provider's name.
/// </summary>
internal sealed class ProviderHttp : IDisposable
{
    private const int MaxShownBody = 2000;
    private static readonly string UserAgent = "PoshAcmeSharp/" + typeof(ProviderHttp).Assembly.GetName().Version.ToString(3);

    private readonly ProviderHttpOptions _options;
    private readonly HttpClient _client;
    private readonly RetryDelay _retryDelay;
    private readonly Redactor _redactor;
    private long _pausedUntilTicks;

    /// <summary>Makes a client.</summary>
    /// <param name="options">How to speak to the provider.</param>
    /// <param name="handler">
    /// What sends; null makes one. It must not follow redirects, and stays the caller's to dispose.
    /// </param>
    /// <exception cref="ArgumentException">The handler follows redirects: the credential would go along.</exception>
    internal ProviderHttp(ProviderHttpOptions options, HttpMessageHandler? handler = null)
    {
        for (var inner = handler; inner is not null; inner = (inner as DelegatingHandler)?.InnerHandler)
        {
            if (inner is HttpClientHandler { AllowAutoRedirect: true })
            {
                throw new ArgumentException("The handler must have AllowAutoRedirect off.", nameof(handler));
            }
        }

        TlsDefaults.EnsureTls12();
        _options = options;
        _retryDelay = new RetryDelay(options.Jitter);
        _redactor = new Redactor(options.Secrets);
        _client = new HttpClient(handler ?? new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }, handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    /// <summary>Prepares a text of the provider for an error: without secrets, on one line, cut to size.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The number of characters to keep.</param>
    /// <returns>The text as it may be shown.</returns>
    internal string Show(string text, int maxLength = 500) => _redactor.Show(text, maxLength);

    /// <summary>Sends a request until there is an answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The answer: any status but a redirect and, within the deadline, 429.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>Unreachable</c>, <c>NotTrusted</c>, <c>Timeout</c>, <c>RateLimited</c>, <c>Redirected</c> or
    /// <c>AnswerTooLarge</c>, each after the provider's name and a dot.
    /// </exception>
    internal async Task<ProviderResponse> SendAsync(ProviderRequest request, PluginContext context, CancellationToken cancellationToken)
    {
        var deadline = context.Clock.UtcNow + _options.OverallTimeout;
        for (int attempt = 1, refusals = 0; ; attempt++)
        {
            await WaitForPauseAsync(context, deadline, cancellationToken).ConfigureAwait(false);

            TimeSpan delay;
            var maySendAgain = request.IsIdempotent && attempt - refusals < _options.MaxAttempts;
            try
            {
                var (response, asked) = await SendOnceAsync(request, context, deadline, cancellationToken).ConfigureAwait(false);
                if ((int)response.Status == 429)
                {
                    // Every call of this instance counts towards the same limit, so all of them pause.
                    refusals++;
                    Pause(context.Clock.UtcNow + (asked ?? _retryDelay.BackOff(refusals)));
                    continue;
                }

                if ((int)response.Status < 500 || !maySendAgain)
                {
                    return response;
                }

                delay = asked ?? _retryDelay.BackOff(attempt - refusals);
                if (context.Clock.UtcNow + delay > deadline)
                {
                    return asked is null ? response : throw RateLimited(context.Clock.UtcNow + delay);
                }

                context.Reporter.Verbose($"{_options.ProviderName} answered {(int)response.Status}; trying again in {Seconds(delay)} s.");
            }
            catch (TransientException e)
            {
                delay = _retryDelay.BackOff(attempt - refusals);
                if (!maySendAgain || context.Clock.UtcNow + delay > deadline)
                {
                    throw e.ToPoshAcmeException(_options.ProviderName);
                }

                context.Reporter.Verbose($"{e.Message} Trying again in {Seconds(delay)} s.");
            }

            await context.Clock.DelayAsync(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<(ProviderResponse Response, TimeSpan? Asked)> SendOnceAsync(ProviderRequest request, PluginContext context, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        foreach (var secret in request.Secrets)
        {
            _redactor.Learn(secret);
        }

        var uri = UriOf(request);
        using var message = new HttpRequestMessage(request.Method, uri);
        message.Headers.Authorization = _options.Authorization?.Invoke();
        foreach (var header in request.Headers)
        {
            // An ETag of Azure is not in quotes, as the checked way would have it.
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.JsonBody is not null)
        {
            message.Content = new StringContent(request.JsonBody, Encoding.UTF8, "application/json");
        }
        else if (request.Form is not null)
        {
            message.Content = new FormUrlEncodedContent(request.Form);
        }

        if (context.Reporter.IsDebugEnabled)
        {
            var body = request.JsonBody is null ? string.Empty : " " + Show(request.JsonBody, MaxShownBody);
            context.Reporter.Debug($"{request.Method} {Show(uri.AbsoluteUri)}{body}");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = deadline - context.Clock.UtcNow;
        var limit = left < _options.RequestTimeout ? left : _options.RequestTimeout;
        timeout.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
        var watch = Stopwatch.StartNew();
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            RefuseRedirect(response, uri);
            var body = await LimitedBody.ReadAsync(response, _options.ProviderName, timeout.Token).ConfigureAwait(false);
            if (context.Reporter.IsDebugEnabled)
            {
                context.Reporter.Debug($"{(int)response.StatusCode} after {watch.ElapsedMilliseconds.ToString(CultureInfo.InvariantCulture)} ms {Show(body, MaxShownBody)}");
            }

            var asked = (int)response.StatusCode is 429 or 503
                ? RetryDelay.Asked(response.Headers.RetryAfter, _options.BodyRetryAfter?.Invoke(body), context.Clock.UtcNow)
                : null;
            return (new ProviderResponse(response.StatusCode, body), asked);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or WebException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw TransientException.Explain(e, _options.ProviderName, uri, timeout.IsCancellationRequested ? limit : null);
        }
    }

    // Where Uri makes another path of it (dots, on old frameworks encoded slashes), the request would hit another resource.
    private Uri UriOf(ProviderRequest request)
    {
        var uri = new Uri(_options.BaseUri, request.Path);
        return uri.AbsoluteUri == _options.BaseUri.AbsoluteUri + request.Path
            ? uri
            : throw new PoshAcmeException(
                _options.ProviderName + ".UnsafePath",
                ErrorKind.InvalidData,
                $"The path {Show(request.Path)} of {_options.ProviderName}'s API cannot be sent as it is.");
    }

    private void RefuseRedirect(HttpResponseMessage response, Uri uri)
    {
        if ((int)response.StatusCode is < 300 or > 399)
        {
            return;
        }

        var location = response.Headers.Location;
        var target = location is { IsAbsoluteUri: true } ? location.Host : uri.Host;
        throw new PoshAcmeException(
            _options.ProviderName + ".Redirected",
            ErrorKind.InvalidData,
            $"{uri.Host} redirects to {target}, which is not followed: the credential would go along.",
            "Check the base URL of the API, and whether a proxy stands in between.");
    }

    private async Task WaitForPauseAsync(PluginContext context, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var activity = $"Waiting for {_options.ProviderName}";
        var waited = false;
        while (new DateTimeOffset(Interlocked.Read(ref _pausedUntilTicks), TimeSpan.Zero) is var until && until > context.Clock.UtcNow)
        {
            if (until > deadline)
            {
                throw RateLimited(until);
            }

            var wait = until - context.Clock.UtcNow;
            waited = true;
            context.Reporter.Verbose($"{_options.ProviderName}'s limit of requests is reached; waiting {Seconds(wait)} s.");
            context.Reporter.Progress(new ProgressUpdate(activity, "The limit of requests is reached", SecondsRemaining: (int)Math.Ceiling(wait.TotalSeconds)));
            await context.Clock.DelayAsync(wait, cancellationToken).ConfigureAwait(false);
        }

        if (waited)
        {
            context.Reporter.Progress(new ProgressUpdate(activity, "Going on", IsCompleted: true));
        }
    }

    private void Pause(DateTimeOffset until)
    {
        var ticks = until.UtcTicks;
        for (var current = Interlocked.Read(ref _pausedUntilTicks); current < ticks;)
        {
            var seen = Interlocked.CompareExchange(ref _pausedUntilTicks, ticks, current);
            if (seen == current)
            {
                return;
            }

            current = seen;
        }
    }

    private PoshAcmeException RateLimited(DateTimeOffset until)
    {
        var when = until.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return new PoshAcmeException(
            _options.ProviderName + ".RateLimited",
            ErrorKind.LimitsExceeded,
            $"{_options.ProviderName} takes no more requests until {when} UTC, later than this call may wait.",
            $"Try again after {when} UTC.");
    }

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
