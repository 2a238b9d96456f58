using System.Net;
using System.Text;

namespace PoshAcmeSharp.Tests.Plugins;

/// <summary>Answers requests by a function, for what no real server can be made to do, and keeps a list of them.</summary>
internal sealed class CannedHandler(Func<HttpRequestMessage, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<string> Requests { get; } = [];

    public List<string> UserAgents { get; } = [];

    public static HttpResponseMessage Json(int status, string body)
        => new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (Requests)
        {
            Requests.Add($"{request.Method} {request.RequestUri}");
            UserAgents.Add(request.Headers.UserAgent.ToString());
            return answer(request, Requests.Count);
        }
    }
}
