using System.Net;
using System.Text;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// The answers through <see cref="HttpListener"/>: on Windows that is http.sys, which shares ports with IIS and has
/// limits of its own.
/// </summary>
internal sealed class SystemResponder : IHttpResponder
{
    private const int AccessDenied = 5;
    private const int SharingViolation = 32;
    private const int AlreadyExists = 183;

    private readonly HttpListener _listener;
    private readonly ChallengeAnswers _answers;
    private readonly IReporter _reporter;
    private readonly Task _loop;

    private SystemResponder(HttpListener listener, ChallengeAnswers answers, IReporter reporter)
    {
        _listener = listener;
        _answers = answers;
        _reporter = reporter;
        _loop = ServeAsync();
    }

    /// <exception cref="PoshAcmeException"><c>ListenerPortInUse</c>, <c>ListenerNotPermitted</c>, <c>ListenerNotStarted</c>.</exception>
    public static SystemResponder Start(IReadOnlyList<ListenerPrefix> prefixes, ChallengeAnswers answers, IReporter reporter)
    {
        var listener = new HttpListener { IgnoreWriteExceptions = true };
        var place = string.Join(", ", prefixes.Select(static p => p.Text));
        try
        {
            foreach (var prefix in prefixes)
            {
                listener.Prefixes.Add(prefix.Text);
            }

            listener.Start();
            reporter.Verbose($"Listening at {place}.");
            return new SystemResponder(listener, answers, reporter);
        }
        catch (HttpListenerException e)
        {
            listener.Close();
            throw e.ErrorCode switch
            {
                AccessDenied => HttpResponder.NotPermitted(place, e),
                SharingViolation or AlreadyExists => HttpResponder.InUse(place, e),
                _ => HttpResponder.NotStarted(place, e),
            };
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            listener.Close();
            throw HttpResponder.NotStarted(place, e);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync()
    {
        _listener.Close();
        return _loop;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_listener.IsListening)
                {
                    return;
                }

                continue;
            }

            Answer(context);
        }
    }

    /// <summary>Nothing of a body is read, and the answer fits into the system's buffer: nobody can hold this up.</summary>
    private void Answer(HttpListenerContext context)
    {
        try
        {
            var request = context.Request;
            var answer = _answers.Find(request.HttpMethod, request.RawUrl ?? string.Empty);
            _reporter.Verbose(answer is null
                ? $"A request of {request.RemoteEndPoint} that is for no challenge was refused."
                : $"Answered {request.RawUrl} to {request.RemoteEndPoint}.");
            var response = context.Response;
            response.StatusCode = answer is null ? 404 : 200;
            response.ContentType = "text/plain";
            response.KeepAlive = false;
            var body = Encoding.ASCII.GetBytes(answer ?? string.Empty);
            response.ContentLength64 = body.Length;
            response.Close(request.HttpMethod == "HEAD" ? [] : body, willBlock: false);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The other side has gone.
            context.Response.Abort();
        }
    }
}
