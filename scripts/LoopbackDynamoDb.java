// Starts DynamoDB Local by its own ServerRunner, but makes its web server listen on 127.0.0.1 only:
// it has no option for that and otherwise listens on every interface. Run from source, by
// scripts/dynamodb-local.

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

public class LoopbackDynamoDb {
    public static void main(String[] args) throws Exception {
        DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(args);
        var field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(proxy);
        for (Connector connector : server.getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
        try {
            server.start(); // not proxy.start(), which reports to telemetry too
        } catch (Exception error) {
            System.err.println(error.getMessage() + ": " + error.getCause());
            System.exit(1); // threads that are running already would keep the process
        }
        System.out.println("READY " + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
        server.join();
    }
}
